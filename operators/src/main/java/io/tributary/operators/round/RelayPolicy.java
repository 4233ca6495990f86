package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.silo.SiloPresence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * When a region's rounds begin and end. They are the parent's: a round is planned when the parent's
 * plan names the relay and enough silos of the region are live, closes like any round ({@link
 * RoundPolicy}), and ends with the parent's round at the latest. Pure, like that.
 *
 * <p>What closes a round of the region is no version but a sum on its way to the parent. While the
 * parent's round is open and silent about it, it is sent again under the next attempt, after one
 * publish timeout, then two, four, eight: the parent may have it and still be waiting for others.
 */
public final class RelayPolicy {

    private final RelayPlan relay;
    private final RelayPlanner planner;
    private final RoundPolicy rounds;

    public RelayPolicy(RelayPlan relay) {
        this.relay = relay;
        planner = new RelayPlanner(relay);
        rounds = RoundPolicy.following(relay.region());
    }

    /**
     * The state of a relay that has none.
     *
     * @param version the parent's newest version
     */
    public static RelayState begin(ModelVersion version) {
        // Whom its cohort names are the parent's silos, and not the region's.
        return RelayState.of(RoundPolicy.begin(version, false).withSilos(List.of()));
    }

    /**
     * The parent has planned a round, or told a plan again.
     *
     * @param known a plan that the region's silos may be at work on already, from before this relay
     *     knew anything; null if there is none
     */
    public RelayState.Step onParentPlan(
            RelayState state, RoundPlan plan, @Nullable RoundPlan known, long nowMillis) {
        if (plan.round() < state.rounds().nextToPlan()) {
            return new RelayState.Step(state, List.of());
        }
        var decisions = new ArrayList<Decision>();
        var why = "the parent has gone on to round %s".formatted(plan.round());
        var ended = end(state.rounds(), why, decisions, nowMillis);
        var next = RelayState.of(ended.withVersion(plan.round() - 1, plan.clock()));
        if (plan.assignment(relay.relay()).isEmpty()) {
            return new RelayState.Step(next, decisions);
        }
        boolean goesOn =
                known != null
                        && known.round() == plan.round()
                        && known.baseVersion() == plan.baseVersion()
                        && known.totalSize() == plan.totalSize();
        boolean sum = AggregationRule.parse(plan.rule()).folding().isPresent();
        return goesOn
                ? open(next.withParent(null, sum), known, decisions, nowMillis)
                : planIfReady(next.withParent(plan, sum), decisions, nowMillis);
    }

    /** The parent has told how a round ended, or that it goes on. */
    public RelayState.Step onParentOutcome(RelayState state, RoundOutcome outcome, long nowMillis) {
        int round = outcome.round();
        boolean over = outcome.status() != RoundStatus.EXTENDED;
        boolean isPast = round <= state.rounds().version(); // an outcome may be told again
        if (!over || isPast) {
            return new RelayState.Step(state, List.of());
        }
        var decisions = new ArrayList<Decision>();
        var why =
                outcome.status() == RoundStatus.CLOSED
                        ? "the parent closed it before the region's sum was there"
                        : outcome.reason();
        var publication = state.rounds().publication();
        boolean missed = publication != null && publication.version() == round && !isIn(outcome);
        if (missed) {
            decisions.add(new Decision.Tell(missed(outcome, why, nowMillis)));
        }
        var ended = end(state.rounds(), why, decisions, nowMillis);
        return new RelayState.Step(
                RelayState.of(ended.withVersion(round, ended.clock())), decisions);
    }

    private boolean isIn(RoundOutcome outcome) {
        return outcome.verdicts().stream()
                .anyMatch(
                        verdict ->
                                verdict.silo().equals(relay.relay())
                                        && verdict.status() == UpdateVerdict.Status.ACCEPTED
                                        && verdict.round() == outcome.round());
    }

    private RoundOutcome missed(RoundOutcome outcome, String why, long nowMillis) {
        return new RoundOutcome(
                outcome.model(),
                outcome.round(),
                RoundStatus.ABANDONED,
                "the region's sum is in no version: " + why,
                relay.region().rule(),
                List.of(),
                outcome.openedMillis(),
                nowMillis);
    }

    /** A silo of the region showed a sign of life. */
    public RelayState.Step onPresence(
            RelayState state, String silo, SiloPresence presence, long nowMillis) {
        var step = rounds.onPresence(state.rounds(), silo, presence, nowMillis);
        return planIfReady(
                state.withRounds(step.state()), new ArrayList<>(step.decisions()), nowMillis);
    }

    /** An update of the region has arrived whole, or was found faulty. */
    public RelayState.Step onUpdate(RelayState state, CompleteUpdate update, long nowMillis) {
        return counted(state, rounds.onUpdate(state.rounds(), update, nowMillis));
    }

    /** A time that was asked for has come. */
    public RelayState.Step onWake(RelayState state, long nowMillis) {
        var step = counted(state, rounds.onWake(state.rounds(), nowMillis));
        return planIfReady(step.state(), new ArrayList<>(step.decisions()), nowMillis);
    }

    /** When time alone next changes something; see {@link RoundPolicy#wakeMillis}. */
    public OptionalLong wakeMillis(RelayState state, long nowMillis) {
        return rounds.wakeMillis(state.rounds(), nowMillis);
    }

    /** Whether the parent's round waits for enough silos of the region to be live. */
    public boolean waitsForSilos(RelayState state) {
        return state.parent() != null;
    }

    /** The job was started again with this state. */
    public RelayState onRestart(RelayState state, long nowMillis) {
        return state.withRounds(rounds.onRestart(state.rounds(), nowMillis));
    }

    /**
     * What the region declares in the parent: its live silos' sizes, each capped as the parent caps
     * them.
     *
     * @return empty if too few are live for a round
     */
    public Optional<SiloPresence> presence(
            RelayState state, SiloPresence.Kind kind, long incarnation, long nowMillis) {
        var region = relay.region();
        var live = RoundPlanner.live(region, state.rounds(), nowMillis);
        if (live.size() < region.minSilos()) {
            return Optional.empty();
        }
        var open = state.rounds().open();
        return Optional.of(
                new SiloPresence(
                        kind,
                        incarnation,
                        total(WeightBasis.DECLARED_TOKENS, live),
                        total(WeightBasis.DECLARED_EXAMPLES, live),
                        open == null ? SiloPresence.Phase.IDLE : SiloPresence.Phase.TRAINING,
                        open == null ? "" : open.plan().model(),
                        open == null ? 0 : open.plan().round(),
                        open == null ? 0 : open.accepted().size(),
                        open == null ? 0 : open.plan().silos().size(),
                        0,
                        (int) total(WeightBasis.UNIFORM, live)));
    }

    private long total(WeightBasis basis, List<SiloStanding> live) {
        var region = relay.region();
        return (long)
                live.stream()
                        .mapToDouble(
                                silo ->
                                        basis.sizeOf(
                                                silo,
                                                region.weightCap(),
                                                region.silosOf(silo.silo())))
                        .sum();
    }

    private RelayState.Step planIfReady(
            RelayState state, List<Decision> decisions, long nowMillis) {
        var parent = state.parent();
        if (parent == null) {
            return new RelayState.Step(state, decisions);
        }
        var plan = planner.plan(parent, state.rounds(), nowMillis);
        if (plan.isEmpty()) {
            return new RelayState.Step(state, decisions);
        }
        decisions.add(new Decision.Plan(plan.get()));
        return open(state, plan.get(), decisions, nowMillis);
    }

    private RelayState.Step open(
            RelayState state, RoundPlan plan, List<Decision> decisions, long nowMillis) {
        decisions.add(new Decision.Open(plan));
        var step = rounds.resume(state.rounds(), plan, nowMillis);
        var opened = counted(state.withParent(null, state.sum()), step);
        decisions.addAll(opened.decisions());
        return new RelayState.Step(opened.state(), decisions);
    }

    /** Ends the region's round, open or closed: nothing more can come of it. */
    private static CoordinatorState end(
            CoordinatorState state, String why, List<Decision> decisions, long nowMillis) {
        var open = state.open();
        var publication = state.publication();
        if (open != null) {
            decisions.add(new Decision.End(open.plan().round()));
        } else if (publication != null) {
            decisions.add(new Decision.End(publication.version()));
        }
        var abandoned = RoundPolicy.abandon(state, why, decisions, nowMillis);
        return abandoned.withPublication(null);
    }

    /** Counts what is sent to the parent, and leaves out most of its repetitions. */
    private static RelayState.Step counted(RelayState state, Step step) {
        var decisions = new ArrayList<Decision>();
        int attempt = state.attempt();
        int overdue = state.overdue();
        for (var decision : step.decisions()) {
            if (decision instanceof Decision.Close) {
                attempt = 1;
                overdue = 0;
            }
            if (decision instanceof Decision.Republish) {
                overdue++;
                if (Integer.bitCount(overdue) != 1) {
                    continue;
                }
                attempt++;
            }
            decisions.add(decision);
        }
        return new RelayState.Step(
                new RelayState(step.state(), state.parent(), state.sum(), attempt, overdue),
                decisions);
    }
}
