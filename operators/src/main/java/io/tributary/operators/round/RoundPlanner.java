package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans a round for the silos that are there, if they are enough. */
final class RoundPlanner {

    private final FederationPlan federation;

    /**
     * @param federation with what operators have changed
     */
    RoundPlanner(FederationPlan federation) {
        this.federation = federation;
    }

    /** Silos that a round could be planned for. */
    static List<SiloStanding> live(
            FederationPlan federation, CoordinatorState state, long nowMillis) {
        return state.silos().stream()
                .filter(s -> s.isLive(nowMillis, federation.silenceMillis()))
                .toList();
    }

    /**
     * The next round; empty if too few silos are live, or one is missing that the rule requires.
     */
    Optional<RoundPlan> plan(CoordinatorState state, long nowMillis) {
        var live = live(federation, state, nowMillis);
        boolean allRequired =
                AggregationRule.parse(federation.rule()).requiredRows().stream()
                        .allMatch(row -> live.stream().anyMatch(s -> s.silo().equals(row)));
        if (live.size() < federation.minSilos() || !allRequired) {
            return Optional.empty();
        }
        int round = state.newest() + 1;
        return Optional.of(plan(state, round, CohortSample.of(federation, live, round)));
    }

    private RoundPlan plan(CoordinatorState state, int round, List<SiloStanding> silos) {
        var publication = state.publication();
        double total = silos.stream().mapToDouble(this::size).sum();
        var assignments = new ArrayList<SiloAssignment>();
        for (var silo : silos) {
            assignments.add(
                    new SiloAssignment(
                            silo.silo(),
                            size(silo) / total,
                            federation.localStepsFor(silo.silo())));
        }
        boolean asynchronous = federation.pace().mode() == Pace.Mode.ASYNCHRONOUS;
        return new RoundPlan(
                federation.model(),
                round,
                state.version(),
                state.layoutDigest(),
                federation.rule(),
                federation.fallback(),
                federation.serverOptimizer(),
                federation.codec(),
                assignments,
                federation.training(),
                publication == null ? state.clock() : publication.clock(),
                federation.foldQuantumExponent(),
                federation.quorum(),
                asynchronous ? 0 : federation.graceMillis(),
                asynchronous ? 0 : federation.graceMinMillis(),
                asynchronous ? 0 : federation.graceFactor(),
                federation.deadlineMillis(),
                federation.pace().stalenessLimit(),
                federation.pace().stalenessExponent(),
                total,
                federation.seed());
    }

    /** Fixed objective weights: declared sizes, capped absolutely, scaled to sum to 1. */
    private double size(SiloStanding silo) {
        return federation
                .weightBasis()
                .sizeOf(silo, federation.weightCap(), federation.silosOf(silo.silo()));
    }
}
