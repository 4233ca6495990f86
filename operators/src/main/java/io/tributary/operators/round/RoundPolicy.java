package io.tributary.operators.round;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.privacy.PrivacyLedger;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.operators.update.Fault;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * When rounds begin and end, and whose updates they contain. Pure: the state goes in and comes out,
 * the time is an argument, and the same events give the same decisions.
 *
 * <p>A round is planned when the version it starts from exists and enough silos are live, for all
 * of them or a sample. It closes when the update of every planned silo that has not been shut out
 * has been accepted; or, with a quorum, when the grace after the quorum or the deadline has passed.
 * Without a quorum at the deadline it is extended, and says so. Then its version must appear: until
 * it does no new round starts (or, where rounds overlap, none closes), and every time it is overdue
 * it is published again.
 *
 * <p>Where the rule folds, an upload's rows may be added from its manifest on ({@link
 * Announcements}); what has been added counts for nothing in any of this until the upload is whole.
 *
 * <p>An update that comes after its round has closed is refused, or where the {@link Pace} takes
 * late updates, counts in the next round that has none of its silo yet.
 */
public final class RoundPolicy {

    /** Measurement of a version: steps its server optimizer has taken. */
    public static final String OPTIMIZER_STEPS = "server-optimizer-steps";

    /** Measurement of a version: L2 norm of its combined delta. */
    public static final String COMBINED_DELTA_NORM = "combined-delta-norm";

    /**
     * Measurement of a version: offset on the control topic of the first command that came after
     * its round was closed.
     */
    public static final String CONTROL_OFFSET = "control-offset";

    private final FederationPlan started;
    private final boolean plans;
    private final Commands commands;
    private List<PlanChange> changes = List.of();
    private FederationPlan changed;

    /**
     * @param federation as the job was started with
     */
    public RoundPolicy(FederationPlan federation) {
        this(federation, true);
    }

    /**
     * @param federation as the job was started with
     * @param mayAddNoise whether there is a secret to draw noise with
     */
    public RoundPolicy(FederationPlan federation, boolean mayAddNoise) {
        this(federation, mayAddNoise, true);
    }

    /** Whose rounds are planned by somebody else, see {@link RelayPolicy}. */
    static RoundPolicy following(FederationPlan federation) {
        return new RoundPolicy(federation, false, false);
    }

    private RoundPolicy(FederationPlan federation, boolean mayAddNoise, boolean plans) {
        this.plans = plans;
        started = federation;
        changed = federation;
        commands = new Commands(federation, mayAddNoise);
    }

    /**
     * What is known when all there is is a version: nothing open, nobody seen but its cohort.
     *
     * @param moments whether the server optimizer's moments of this version are there too
     */
    public static CoordinatorState begin(ModelVersion version, boolean moments) {
        long steps = steps(version);
        boolean goesOn = moments && steps > 0;
        var known =
                new CoordinatorState(
                        version.version(),
                        version.clock(),
                        version.layout().digest(),
                        goesOn ? moments(version.serverOptimizer()) : List.of(),
                        goesOn ? steps : 0,
                        handedOn(version),
                        null,
                        null,
                        List.of(),
                        ControlState.NONE,
                        List.of(),
                        List.of(),
                        version.chunksSinceMillis());
        return withAccepted(known, version.cohort(), 0);
    }

    /** A relay has sent what its members are in a cohort with. */
    private static CoordinatorState withAccepted(
            CoordinatorState state, List<CohortMember> cohort, int memory) {
        var next = state;
        for (var member : cohort) {
            var sender = member.relay().isEmpty() ? member.silo() : member.relay();
            next = next.withStanding(sender, s -> s.accepted(member.round(), memory));
        }
        return next;
    }

    /**
     * What else is known where late updates are taken: the rounds before, whose updates may still
     * come, and those that came in time and will be read once more.
     *
     * @param rounds ascending
     */
    public CoordinatorState remember(CoordinatorState state, List<ClosedRound> rounds) {
        int limit = started.pace().stalenessLimit();
        var next = state;
        for (var round : rounds) {
            next =
                    withAccepted(
                            next.withClosed(round.plan(), limit),
                            round.cohort(),
                            started.pace().reach());
        }
        return next;
    }

    private static long steps(ModelVersion version) {
        return version.measurements().stream()
                .filter(m -> m.name().equals(OPTIMIZER_STEPS))
                .mapToLong(m -> (long) m.value())
                .findFirst()
                .orElse(0);
    }

    /** What the rule of a version's round handed on to the next. */
    static List<Measurement> handedOn(ModelVersion version) {
        var ours = List.of(OPTIMIZER_STEPS, COMBINED_DELTA_NORM, CONTROL_OFFSET);
        return version.measurements().stream().filter(m -> !ours.contains(m.name())).toList();
    }

    /** The federation with what operators have changed since the job was started. */
    FederationPlan inForce(CoordinatorState state) {
        var given = state.control().changes();
        if (!given.equals(changes)) {
            try {
                changed = started.with(given);
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException(
                        "the job's options do not go with what was changed by command (%s): %s;"
                                        .formatted(given, e.getMessage())
                                + " start the job with the options that it had, and change them by"
                                + " command",
                        e);
            }
            changes = given;
        }
        return changed;
    }

    /** Whether all that the next round waits for is that enough silos are live. */
    public boolean waitsForSilos(CoordinatorState state) {
        return !isBusy(state, inForce(state)) && !isHeldBack(state);
    }

    /** A silo showed a sign of life. */
    public Step onPresence(
            CoordinatorState state, String silo, SiloPresence presence, long nowMillis) {
        long seen = presence.kind() == SiloPresence.Kind.LEAVE ? 0 : nowMillis;
        var next = state.withStanding(silo, s -> s.seen(seen, presence));
        return planIfReady(next, new ArrayList<>(), nowMillis);
    }

    /** An operator gave a command. */
    public Step onCommand(CoordinatorState state, GivenCommand given, long nowMillis) {
        if (given.offset() < state.control().nextOffset()) {
            return new Step(state, List.of());
        }
        var decisions = new ArrayList<Decision>();
        var next = commands.obey(state, given, nowMillis, decisions);
        if (next.control().rollBack() != null && state.control().rollBack() == null) {
            next = abandonRound(next, decisions, nowMillis);
        }
        return goOn(next, decisions, nowMillis);
    }

    /**
     * The settings that a command of the past has left behind, for a job without state: what else
     * it did is part of the version the job begins with. The command was not refused, as far as is
     * known.
     */
    public CoordinatorState recall(CoordinatorState state, GivenCommand given) {
        return commands.recall(state, given);
    }

    /** A command of the past was refused: it must not be judged again. */
    public CoordinatorState passOver(CoordinatorState state, long offset) {
        return commands.passOver(state, offset);
    }

    /** A version can be read whole by everybody. */
    public Step onVersion(CoordinatorState state, int version, long nowMillis) {
        var decisions = new ArrayList<Decision>();
        var publication = state.publication();
        if (publication == null || publication.version() != version) {
            return planIfReady(state, decisions, nowMillis);
        }
        var next = state.withVersion(version, publication.clock()).withPublication(null);
        var open = next.open();
        if (open != null) {
            // Chunks of the version before could not take them yet.
            open.accepted().forEach(u -> decisions.add(new Decision.Accept(open.plan(), u)));
        }
        return goOn(next, decisions, nowMillis);
    }

    /**
     * The manifest of an upload has arrived and makes sense by itself; its norm and its largest
     * value are not known.
     */
    public Step onAnnouncement(CoordinatorState state, CompleteUpdate announced) {
        var decisions = new ArrayList<Decision>();
        var next = Announcements.expect(state, inForce(state), announced, decisions);
        return new Step(next, decisions);
    }

    /** An update has arrived whole, or was found faulty. */
    public Step onUpdate(CoordinatorState state, CompleteUpdate update, long nowMillis) {
        var decisions = new ArrayList<Decision>();
        if (update.faulty()) {
            var next = Announcements.withdraw(state, update, decisions);
            var open = next.open();
            boolean ofOpen = open != null && open.plan().round() == update.id().round();
            return new Step(
                    ofOpen ? next.withOpen(open.withFaulty(update.silo())) : next, decisions);
        }
        var next = admit(state, update, decisions, nowMillis);
        return next.open() == null
                ? new Step(next, decisions)
                : closeIfDue(next, decisions, nowMillis);
    }

    /** A time that was asked for has come. */
    public Step onWake(CoordinatorState state, long nowMillis) {
        var decisions = new ArrayList<Decision>();
        var next = state;
        var publication = state.publication();
        if (publication != null) {
            long timeout = started.publishTimeoutMillis();
            if (nowMillis >= publication.sinceMillis() + timeout) {
                decisions.add(new Decision.Republish(publication.version()));
                next = state.withPublication(publication.again(nowMillis));
            }
        }
        return next.open() == null
                ? new Step(next, decisions)
                : closeIfDue(next, decisions, nowMillis);
    }

    /**
     * The job was started again with this state, perhaps long after it was kept. What came
     * meanwhile has not been read: every wait begins anew, so that nobody is late for that.
     */
    public CoordinatorState onRestart(CoordinatorState state, long nowMillis) {
        var publication = state.publication();
        var open = state.open();
        return state.withPublication(publication == null ? null : publication.again(nowMillis))
                .withOpen(open == null ? null : open.rearmed(nowMillis));
    }

    /**
     * When time alone next changes something: a version on its way is overdue, or the open round is
     * due or at its deadline. Empty if only events do. What is due already is not asked for again:
     * it waits for something else than time.
     */
    public OptionalLong wakeMillis(CoordinatorState state, long nowMillis) {
        var publication = state.publication();
        if (publication != null) {
            return OptionalLong.of(publication.sinceMillis() + started.publishTimeoutMillis());
        }
        var open = state.open();
        if (open == null) {
            return OptionalLong.empty();
        }
        long due = closing(state).dueMillis();
        return OptionalLong.of(
                due > nowMillis ? Math.min(due, open.deadlineMillis()) : open.deadlineMillis());
    }

    /**
     * Takes up a plan that was written before this job knew anything: its round goes on, with a
     * clock of its own.
     */
    public Step resume(CoordinatorState state, RoundPlan plan, long nowMillis) {
        return open(state, plan, new ArrayList<>(), nowMillis);
    }

    /** Does whatever the state is ready for. */
    private Step goOn(CoordinatorState state, List<Decision> decisions, long nowMillis) {
        if (state.open() != null) {
            return closeIfDue(state, decisions, nowMillis);
        }
        boolean rollsBack = state.control().rollBack() != null && state.publication() == null;
        return rollsBack
                ? seed(state, decisions, nowMillis)
                : planIfReady(state, decisions, nowMillis);
    }

    private Step planIfReady(CoordinatorState state, List<Decision> decisions, long nowMillis) {
        var federation = inForce(state);
        if (!plans || isBusy(state, federation)) {
            return new Step(state, decisions);
        }
        if (federation.isOver(state.nextToPlan())) {
            return new Step(refuseWaiting(state, decisions), decisions);
        }
        if (isHeldBack(state)) {
            return new Step(state, decisions);
        }
        var plan = new RoundPlanner(federation).plan(state, nowMillis);
        if (plan.isEmpty()) {
            return new Step(state, decisions);
        }
        decisions.add(new Decision.Plan(plan.get()));
        return open(state, plan.get(), decisions, nowMillis);
    }

    /** Whether no round is to be planned, by order of an operator or because the last was. */
    private boolean isHeldBack(CoordinatorState state) {
        int next = state.nextToPlan();
        int stopAfter = state.control().stopAfter();
        boolean stopped = stopAfter > 0 && next > stopAfter;
        return stopped || state.control().paused() || inForce(state).isOver(next);
    }

    /** No round will take what has come since the last one closed. */
    private static CoordinatorState refuseWaiting(
            CoordinatorState state, List<Decision> decisions) {
        for (var update : state.waiting()) {
            decisions.add(
                    reject(
                            update,
                            Fault.of(
                                    RejectionReason.LATE,
                                    "round %s was the last; version %s does not contain this update",
                                    state.newest(),
                                    state.newest())));
        }
        return state.withWaiting(List.of());
    }

    private static boolean isBusy(CoordinatorState state, FederationPlan federation) {
        var publication = state.publication();
        boolean mayOverlap =
                publication != null && federation.pace().overlaps() && !publication.seed();
        return state.open() != null
                || state.control().rollBack() != null
                || (publication != null && !mayOverlap);
    }

    private Step open(
            CoordinatorState state, RoundPlan plan, List<Decision> decisions, long nowMillis) {
        var opened = OpenRound.of(plan, nowMillis).without(state.evicted());
        var next = state.withOpen(opened).withWaiting(List.of());
        for (var update : state.waiting()) {
            next = admit(next, update, decisions, nowMillis);
        }
        return closeIfDue(next, decisions, nowMillis);
    }

    /** Takes an update into the open round, keeps it for another, or refuses it. */
    private CoordinatorState admit(
            CoordinatorState state,
            CompleteUpdate update,
            List<Decision> decisions,
            long nowMillis) {
        if (update.arrivedMillis() <= state.begunMillis()
                && state.standing(update.silo()).hasBeenAccepted(update.id().round())) {
            return state; // part of a version that was there when this job began
        }
        var federation = inForce(state);
        var verdict = Admission.judge(state, federation, update);
        if (verdict instanceof Admission.Refuse refuse) {
            decisions.add(reject(update, refuse.fault()));
            return Announcements.withdraw(state, update, decisions);
        }
        if (verdict instanceof Admission.Wait) {
            var next = wait(Announcements.withdraw(state, update, decisions), update, decisions);
            return federation.isOver(state.nextToPlan()) && state.open() == null
                    ? refuseWaiting(next, decisions)
                    : next;
        }
        var accepted = ((Admission.Take) verdict).accepted();
        var settled = Announcements.settle(state, accepted, decisions);
        var open = settled.open().with(accepted, nowMillis);
        if (state.publication() == null) {
            decisions.add(new Decision.Accept(open.plan(), accepted));
        }
        return settled.withOpen(open)
                .withStanding(
                        update.silo(),
                        s -> s.accepted(update.id().round(), federation.pace().reach()));
    }

    private static CoordinatorState wait(
            CoordinatorState state, CompleteUpdate update, List<Decision> decisions) {
        boolean twice =
                state.waiting().stream()
                        .anyMatch(
                                u ->
                                        u.silo().equals(update.silo())
                                                && u.id().round() == update.id().round());
        if (twice) {
            decisions.add(reject(update, Admission.duplicate(update)));
            return state;
        }
        var waiting = new ArrayList<>(state.waiting());
        waiting.add(update);
        return state.withWaiting(waiting);
    }

    private static RoundClosing closing(CoordinatorState state) {
        return new RoundClosing(state.open());
    }

    /**
     * Closes the round if nobody is left to wait for, or enough have come and the time is up; but
     * only with a rule that is defined for those who came, and when the version before it exists.
     * Extends it at the deadline otherwise; or has it planned anew, if all it was planned for have
     * been shut out.
     */
    private Step closeIfDue(CoordinatorState state, List<Decision> decisions, long nowMillis) {
        if (state.publication() != null) {
            return new Step(state, decisions);
        }
        var open = state.open();
        var closing = closing(state);
        if (plans && closing.isForNobody()) {
            return planAnew(state, decisions, nowMillis);
        }
        long due = closing.dueMillis();
        if (nowMillis >= due) {
            var rule = closing.rule();
            if (rule.isPresent()) {
                return close(state, rule.get(), due, decisions, nowMillis);
            }
        }
        return nowMillis < open.deadlineMillis()
                ? new Step(state, decisions)
                : extend(state, decisions, nowMillis);
    }

    private Step extend(CoordinatorState state, List<Decision> decisions, long nowMillis) {
        var open = state.open();
        long deadline = nowMillis + open.plan().deadlineMillis();
        decisions.add(new Decision.Tell(closing(state).extended(nowMillis)));
        decisions.add(new Decision.Plan(open.plan())); // in case it was lost with a transaction
        return new Step(state.withOpen(open.withDeadline(deadline)), decisions);
    }

    /** The same round, for others. */
    private Step planAnew(CoordinatorState state, List<Decision> decisions, long nowMillis) {
        var why = "every silo it was planned for has been evicted; planned anew for others";
        decisions.add(new Decision.Tell(closing(state).extended(why, nowMillis)));
        var emptied = Announcements.withdrawAll(state, decisions); // the round's number stays
        return planIfReady(emptied.withOpen(null), decisions, nowMillis);
    }

    private Step close(
            CoordinatorState state,
            AggregationRule rule,
            long due,
            List<Decision> decisions,
            long nowMillis) {
        var open = state.open();
        var plan = open.plan();
        var stepped =
                Announcements.withdrawAll(state, decisions)
                        .withStepOf(moments(plan.serverOptimizer()));
        var outcome = closing(state).closed(rule, due, nowMillis);
        decisions.add(new Decision.Close(plan, open.accepted(), outcome, stepped.optimizerSteps()));
        long clock = plan.clock() + plan.largestLocalSteps();
        var next =
                stepped.withOpen(null)
                        .withPublication(new Publication(plan.round(), clock, nowMillis, false))
                        .withClosed(plan, inForce(state).pace().stalenessLimit());
        return planIfReady(next, decisions, nowMillis);
    }

    /** For a roll-back: whatever was trained from what is given up is of no use any more. */
    private static CoordinatorState abandonRound(
            CoordinatorState state, List<Decision> decisions, long nowMillis) {
        var rollBack = state.control().rollBack();
        var why = "given up for a roll-back to version %s".formatted(rollBack.target().version());
        return abandon(state, why, decisions, nowMillis);
    }

    /** Refuses what has come for the open round, and tells that nothing comes of it. */
    static CoordinatorState abandon(
            CoordinatorState state, String why, List<Decision> decisions, long nowMillis) {
        for (var update : state.waiting()) {
            decisions.add(reject(update, abandoned(update, why)));
        }
        var open = state.open();
        if (open != null) {
            for (var accepted : open.accepted()) {
                decisions.add(reject(accepted.update(), abandoned(accepted.update(), why)));
            }
            decisions.add(new Decision.Tell(closing(state).abandoned(why, nowMillis)));
        }
        return state.withOpen(null).withWaiting(List.of()).withClosed(List.of());
    }

    private static Fault abandoned(CompleteUpdate update, String why) {
        return Fault.of(RejectionReason.LATE, "round %s was %s", update.id().round(), why);
    }

    /** Makes the version that operators want back the newest. */
    private Step seed(CoordinatorState state, List<Decision> decisions, long nowMillis) {
        var rollBack = state.control().rollBack();
        var target = rollBack.target();
        int version = state.version() + 1;
        var measurements = new ArrayList<Measurement>();
        long steps = rollBack.moments() ? steps(target) : 0;
        if (steps > 0) {
            measurements.add(new Measurement(OPTIMIZER_STEPS, (double) steps));
        }
        var known = new ArrayList<>(PrivacyLedger.without(handedOn(target)));
        known.addAll(PrivacyLedger.of(state.measurements())); // what has been released stays so
        measurements.addAll(known);
        decisions.add(new Decision.Seed(version, rollBack, measurements));
        var next =
                state.withControl(state.control().withRollBack(null))
                        .withMeasurements(known)
                        .withMoments(
                                steps > 0 ? moments(target.serverOptimizer()) : List.of(), steps)
                        .withPublication(new Publication(version, target.clock(), nowMillis, true));
        return new Step(next, decisions);
    }

    private static List<String> moments(String serverOptimizer) {
        return ServerOptimizer.parse(serverOptimizer).momentNames();
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
}
