package io.tributary.operators.round;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.operators.update.Fault;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * When rounds begin and end, and whose updates they contain. Pure: the state goes in and comes out,
 * the time is an argument, and the same events give the same decisions.
 *
 * <p>A round is planned when the version it starts from exists and enough silos are live, for all
 * of them or a sample. It closes when every planned silo's update has been accepted; or, with a
 * quorum, when the grace after the quorum or the deadline has passed. Without a quorum at the
 * deadline it is extended, and says so. Then its version must appear: until it does no new round
 * starts, and every time it is overdue it is published again.
 */
public final class RoundPolicy {

    /** Measurement of a version: steps its server optimizer has taken. */
    public static final String OPTIMIZER_STEPS = "server-optimizer-steps";

    /** Measurement of a version: L2 norm of its combined delta. */
    public static final String COMBINED_DELTA_NORM = "combined-delta-norm";

    private final FederationPlan federation;

    public RoundPolicy(FederationPlan federation) {
        this.federation = federation;
    }

    /**
     * What is known when all there is is a version: nothing open, nobody seen but its cohort.
     *
     * @param moments whether the server optimizer's moments of this version are there too
     */
    public static CoordinatorState begin(ModelVersion version, boolean moments) {
        var silos =
                version.cohort().stream()
                        .map(m -> new SiloStanding(m.silo(), 0, 0, 0, version.version()))
                        .sorted(Comparator.comparing(SiloStanding::silo))
                        .toList();
        var measurements = new ArrayList<Measurement>();
        long steps = 0;
        for (var measurement : version.measurements()) {
            if (measurement.name().equals(OPTIMIZER_STEPS)) {
                steps = (long) measurement.value();
            } else if (!measurement.name().equals(COMBINED_DELTA_NORM)) {
                measurements.add(measurement);
            }
        }
        boolean goesOn = moments && steps > 0;
        return new CoordinatorState(
                version.version(),
                version.clock(),
                version.layout().digest(),
                goesOn ? moments(version.serverOptimizer()) : List.of(),
                goesOn ? steps : 0,
                measurements,
                null,
                null,
                silos);
    }

    /** A silo showed a sign of life. */
    public Step onPresence(
            CoordinatorState state, String silo, SiloPresence presence, long nowMillis) {
        long seen = presence.kind() == SiloPresence.Kind.LEAVE ? 0 : nowMillis;
        var next =
                withStanding(
                        state,
                        silo,
                        s -> s.seen(seen, presence.declaredTokens(), presence.declaredExamples()));
        return planIfReady(next, new ArrayList<>(), nowMillis);
    }

    /** A version can be read whole by everybody. */
    public Step onVersion(CoordinatorState state, int version, long nowMillis) {
        var decisions = new ArrayList<Decision>();
        var publication = state.publication();
        if (publication == null || publication.version() != version) {
            return planIfReady(state, decisions, nowMillis);
        }
        var next = state.withVersion(version, publication.clock()).withPublication(null);
        return planIfReady(next, decisions, nowMillis);
    }

    /** An update has arrived whole, or was found faulty. */
    public Step onUpdate(CoordinatorState state, CompleteUpdate update, long nowMillis) {
        var decisions = new ArrayList<Decision>();
        var open = state.open();
        int round = update.id().round();
        if (open == null || open.plan().round() != round) {
            if (!update.faulty()) {
                decisions.add(reject(update, Admission.refusalOutside(state, update)));
            }
            return new Step(state, decisions);
        }
        var assignment = open.plan().assignment(update.silo());
        if (update.faulty()) {
            var next = assignment.isEmpty() ? open : withFaulty(open, update.silo());
            return new Step(state.withOpen(next), decisions);
        }
        var refusal = Admission.refusal(open, update);
        if (refusal.isPresent()) {
            decisions.add(reject(update, refusal.get()));
            return new Step(state, decisions);
        }
        decisions.add(new Decision.Accept(open.plan(), assignment.orElseThrow(), update));
        var next =
                withStanding(
                        state.withOpen(withAccepted(open, update, nowMillis)),
                        update.silo(),
                        s -> s.accepted(round));
        return closeIfDue(next, decisions, nowMillis);
    }

    /** A time that was asked for has come. */
    public Step onWake(CoordinatorState state, long nowMillis) {
        var decisions = new ArrayList<Decision>();
        var publication = state.publication();
        if (publication != null) {
            long due = publication.sinceMillis() + federation.publishTimeoutMillis();
            if (nowMillis < due) {
                return new Step(state, decisions);
            }
            decisions.add(new Decision.Republish(publication.version()));
            decisions.add(new Decision.WakeAt(nowMillis + federation.publishTimeoutMillis()));
            var again = new Publication(publication.version(), publication.clock(), nowMillis);
            return new Step(state.withPublication(again), decisions);
        }
        if (state.open() == null) {
            return new Step(state, decisions);
        }
        return closeIfDue(state, decisions, nowMillis);
    }

    /**
     * Takes up a plan that was written before this job knew anything: its round goes on, with a
     * clock of its own.
     */
    public Step resume(CoordinatorState state, RoundPlan plan, long nowMillis) {
        return open(state, plan, new ArrayList<>(), nowMillis);
    }

    private Step planIfReady(CoordinatorState state, List<Decision> decisions, long nowMillis) {
        boolean busy = state.open() != null || state.publication() != null;
        boolean done = federation.rounds() > 0 && state.version() >= federation.rounds();
        if (busy || done) {
            return new Step(state, decisions);
        }
        var live =
                state.silos().stream()
                        .filter(s -> nowMillis - s.lastSeenMillis() <= federation.silenceMillis())
                        .toList();
        boolean allRequired =
                AggregationRule.parse(federation.rule()).requiredRows().stream()
                        .allMatch(row -> live.stream().anyMatch(s -> s.silo().equals(row)));
        if (live.size() < federation.minSilos() || !allRequired) {
            return new Step(state, decisions);
        }
        var plan = plan(state, CohortSample.of(federation, live, state.version() + 1));
        decisions.add(new Decision.Plan(plan));
        return open(state, plan, decisions, nowMillis);
    }

    private Step open(
            CoordinatorState state, RoundPlan plan, List<Decision> decisions, long nowMillis) {
        long deadline = nowMillis + plan.deadlineMillis();
        decisions.add(new Decision.WakeAt(deadline));
        var open = new OpenRound(plan, nowMillis, deadline, 0, List.of(), List.of());
        return new Step(state.withOpen(open), decisions);
    }

    private RoundPlan plan(CoordinatorState state, List<SiloStanding> live) {
        var weights = weights(live);
        var assignments = new ArrayList<SiloAssignment>();
        for (int i = 0; i < live.size(); i++) {
            var silo = live.get(i).silo();
            assignments.add(new SiloAssignment(silo, weights[i], federation.localStepsFor(silo)));
        }
        return new RoundPlan(
                federation.model(),
                state.version() + 1,
                state.version(),
                state.layoutDigest(),
                federation.rule(),
                federation.fallback(),
                federation.serverOptimizer(),
                federation.codec(),
                assignments,
                federation.training(),
                state.clock(),
                federation.foldQuantumExponent(),
                federation.quorum(),
                federation.graceMillis(),
                federation.graceMinMillis(),
                federation.graceFactor(),
                federation.deadlineMillis(),
                0,
                0.5,
                1,
                federation.seed());
    }

    /** Fixed objective weights: declared sizes, capped absolutely, scaled to sum to 1. */
    private double[] weights(List<SiloStanding> live) {
        var weights = new double[live.size()];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = federation.weightBasis().sizeOf(live.get(i), federation.weightCap());
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    /**
     * Closes the round if nobody is left to wait for, or enough have come and the time is up; but
     * only with a rule that is defined for those who came. Extends it at the deadline otherwise.
     */
    private Step closeIfDue(CoordinatorState state, List<Decision> decisions, long nowMillis) {
        var open = state.open();
        long due = closesAt(open);
        if (nowMillis >= due) {
            var came = open.accepted().stream().map(CompleteUpdate::silo).toList();
            var planned = AggregationRule.parse(open.plan().rule());
            var rule = new Fallback(open.plan().fallback()).ruleFor(planned, came);
            if (rule.isPresent()) {
                return close(state, rule.get(), due, decisions, nowMillis);
            }
        }
        if (nowMillis < open.deadlineMillis()) {
            if (nowMillis < due && due < open.deadlineMillis()) {
                decisions.add(new Decision.WakeAt(due));
            }
            return new Step(state, decisions);
        }
        return extend(state, decisions, nowMillis);
    }

    /** When a round may close with what has come: at once if that is everybody. */
    private static long closesAt(OpenRound open) {
        if (open.isComplete()) {
            return open.openedMillis();
        }
        if (!open.hasQuorum()) {
            return Long.MAX_VALUE;
        }
        return Math.min(open.quorumMillis() + graceMillis(open), open.deadlineMillis());
    }

    private static long graceMillis(OpenRound open) {
        var arrivals = open.accepted().stream().mapToLong(CompleteUpdate::arrivedMillis).toArray();
        return AdaptiveGrace.of(open.plan()).millis(arrivals, open.plan().quorum());
    }

    private Step extend(CoordinatorState state, List<Decision> decisions, long nowMillis) {
        var open = state.open();
        var plan = open.plan();
        long deadline = nowMillis + plan.deadlineMillis();
        var missing =
                open.hasQuorum()
                        ? "rule %s is not defined for the %s updates that came by the deadline, and fallback %s does not help"
                                .formatted(plan.rule(), open.accepted().size(), plan.fallback())
                        : "%s of %s updates of the quorum at the deadline"
                                .formatted(open.accepted().size(), plan.quorum());
        var reason = "%s; extended by %s ms".formatted(missing, plan.deadlineMillis());
        decisions.add(
                new Decision.Extend(
                        outcome(open, RoundStatus.EXTENDED, reason, plan.rule(), nowMillis)));
        decisions.add(new Decision.Plan(plan)); // in case it was lost with a transaction
        decisions.add(new Decision.WakeAt(deadline));
        var extended =
                new OpenRound(
                        plan,
                        open.openedMillis(),
                        deadline,
                        open.quorumMillis(),
                        open.accepted(),
                        open.faulty());
        return new Step(state.withOpen(extended), decisions);
    }

    private Step close(
            CoordinatorState state,
            AggregationRule rule,
            long due,
            List<Decision> decisions,
            long nowMillis) {
        var open = state.open();
        var plan = open.plan();
        var stepped = state.withStepOf(moments(plan.serverOptimizer()));
        var outcome =
                outcome(
                        open,
                        RoundStatus.CLOSED,
                        closingReason(open, rule, due),
                        rule.toString(),
                        nowMillis);
        decisions.add(new Decision.Close(plan, open.accepted(), outcome, stepped.optimizerSteps()));
        decisions.add(new Decision.WakeAt(nowMillis + federation.publishTimeoutMillis()));
        var publication =
                new Publication(plan.round(), plan.clock() + plan.largestLocalSteps(), nowMillis);
        return new Step(stepped.withOpen(null).withPublication(publication), decisions);
    }

    private static List<String> moments(String serverOptimizer) {
        return ServerOptimizer.parse(serverOptimizer).momentNames();
    }

    private static String closingReason(OpenRound open, AggregationRule rule, long due) {
        var plan = open.plan();
        var who =
                open.isComplete()
                        ? "every planned update was accepted"
                        : "%s of %s planned updates were accepted by the %s"
                                .formatted(
                                        open.accepted().size(),
                                        plan.silos().size(),
                                        due == open.deadlineMillis()
                                                ? "deadline"
                                                : "end of the grace of %s ms"
                                                        .formatted(graceMillis(open)));
        var planned = AggregationRule.parse(plan.rule());
        return rule.toString().equals(planned.toString())
                ? who
                : "%s; %s is not defined for them, %s takes its place (fallback %s)"
                        .formatted(who, planned, rule, plan.fallback());
    }

    private static RoundOutcome outcome(
            OpenRound open, RoundStatus status, String reason, String rule, long nowMillis) {
        var verdicts = new ArrayList<UpdateVerdict>();
        for (var assignment : open.plan().silos()) {
            var silo = assignment.silo();
            verdicts.add(
                    open.accepted().stream()
                            .filter(u -> u.silo().equals(silo))
                            .findFirst()
                            .map(
                                    u ->
                                            new UpdateVerdict(
                                                    silo,
                                                    UpdateVerdict.Status.ACCEPTED,
                                                    u.id().round(),
                                                    u.id().attempt(),
                                                    u.arrivedMillis()))
                            .orElseGet(
                                    () ->
                                            new UpdateVerdict(
                                                    silo,
                                                    open.faulty().contains(silo)
                                                            ? UpdateVerdict.Status.REJECTED
                                                            : UpdateVerdict.Status.MISSING,
                                                    0,
                                                    0,
                                                    0)));
        }
        return new RoundOutcome(
                open.plan().model(),
                open.plan().round(),
                status,
                reason,
                rule,
                verdicts,
                open.openedMillis(),
                nowMillis);
    }

    private static Decision reject(CompleteUpdate update, Fault reason) {
        return new Decision.Reject(
                new RejectedUpdate(
                        update.silo(),
                        update.partition(),
                        update.offset(),
                        update.model(),
                        update.id().round(),
                        update.id().attempt(),
                        -1,
                        reason.reason(),
                        reason.detail(),
                        update.arrivedMillis()));
    }

    private static OpenRound withAccepted(OpenRound open, CompleteUpdate update, long nowMillis) {
        var accepted = new ArrayList<>(open.accepted());
        accepted.add(update);
        accepted.sort(Comparator.comparing(CompleteUpdate::silo));
        var faulty = new ArrayList<>(open.faulty());
        faulty.remove(update.silo());
        boolean quorumNow = accepted.size() == open.plan().quorum();
        return new OpenRound(
                open.plan(),
                open.openedMillis(),
                open.deadlineMillis(),
                quorumNow ? nowMillis : open.quorumMillis(),
                accepted,
                faulty);
    }

    private static OpenRound withFaulty(OpenRound open, String silo) {
        if (open.hasAccepted(silo) || open.faulty().contains(silo)) {
            return open;
        }
        var faulty = new ArrayList<>(open.faulty());
        faulty.add(silo);
        return new OpenRound(
                open.plan(),
                open.openedMillis(),
                open.deadlineMillis(),
                open.quorumMillis(),
                open.accepted(),
                faulty);
    }

    private static CoordinatorState withStanding(
            CoordinatorState state, String silo, UnaryOperator<SiloStanding> change) {
        var silos = new ArrayList<SiloStanding>();
        var standing = new SiloStanding(silo, 0, 0, 0, 0);
        for (var known : state.silos()) {
            if (known.silo().equals(silo)) {
                standing = known;
            } else {
                silos.add(known);
            }
        }
        silos.add(change.apply(standing));
        silos.sort(Comparator.comparing(SiloStanding::silo));
        return state.withSilos(silos);
    }
}
