package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a region's part of a round out of the parent's plan. */
final class RelayPlanner {

    /** Sizes are whole numbers; a few roundings of their shares are forgiven. */
    private static final double ROUNDING = 1 + 1e-12;

    private final RelayPlan relay;

    RelayPlanner(RelayPlan relay) {
        this.relay = relay;
    }

    /**
     * The region's plan of a round: the parent's, for the region's live silos, each with the weight
     * that the parent would have given it. Silos that came since the parent planned are left out
     * where they do not fit into the region's weight.
     *
     * @return empty if the parent did not plan for this relay, or too few silos are there
     */
    Optional<RoundPlan> plan(RoundPlan parent, CoordinatorState state, long nowMillis) {
        var part = parent.assignment(relay.relay());
        if (part.isEmpty()) {
            return Optional.empty();
        }
        var region = relay.region();
        var live = RoundPlanner.live(region, state, nowMillis);
        if (live.size() < region.minSilos()) {
            return Optional.empty();
        }
        boolean folds = AggregationRule.parse(parent.rule()).folding().isPresent();
        double room = part.get().weight() * parent.totalSize() * ROUNDING;
        var assignments = new ArrayList<SiloAssignment>();
        double taken = 0;
        for (var silo : CohortSample.of(region, live, parent.round())) {
            double size = size(silo);
            if (folds && taken + size > room) {
                continue;
            }
            taken += size;
            assignments.add(
                    new SiloAssignment(
                            silo.silo(), size / parent.totalSize(), part.get().localSteps()));
        }
        return assignments.size() < region.quorum()
                ? Optional.empty()
                : Optional.of(plan(parent, folds ? parent.rule() : region.rule(), assignments));
    }

    private RoundPlan plan(RoundPlan parent, String rule, List<SiloAssignment> silos) {
        var region = relay.region();
        long deadline = Math.max(1, (long) (parent.deadlineMillis() * relay.deadlineShare()));
        return new RoundPlan(
                parent.model(),
                parent.round(),
                parent.baseVersion(),
                parent.layoutDigest(),
                rule,
                "extend",
                parent.serverOptimizer(),
                parent.codec(),
                silos,
                parent.training(),
                parent.clock(),
                parent.foldQuantumExponent(),
                region.quorum(),
                region.graceMillis(),
                region.graceMinMillis(),
                region.graceFactor(),
                Math.min(deadline, region.deadlineMillis()),
                0,
                0,
                parent.totalSize(),
                parent.seed());
    }

    private double size(SiloStanding silo) {
        var region = relay.region();
        return region.weightBasis().sizeOf(silo, region.weightCap(), region.silosOf(silo.silo()));
    }
}
