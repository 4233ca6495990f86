package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Whom of the live silos to plan a round for: all of them, if its rule takes so many. Some rules do
 * not (SMEA looks at subsets), and a round that is planned for more than its rule is defined for
 * could never be closed. Then as many as it takes are drawn, anew in each round, by seed and round.
 */
final class CohortSample {

    private CohortSample() {}

    /**
     * @param live at least the plan's minimum, for which its rule is defined, in silo-id order
     * @return in silo-id order
     */
    static List<SiloStanding> of(FederationPlan federation, List<SiloStanding> live, int round) {
        var rule = AggregationRule.parse(federation.rule());
        int size = live.size();
        while (size > federation.minSilos() && !isDefined(rule, size)) {
            size--;
        }
        if (size == live.size()) {
            return live;
        }
        var required = rule.requiredRows();
        var others = new ArrayList<>(live);
        others.removeIf(silo -> required.contains(silo.silo()));
        Collections.shuffle(others, new Random(31 * federation.seed() + round));
        var drawn = new ArrayList<>(live);
        drawn.removeIf(silo -> !required.contains(silo.silo()));
        drawn.addAll(others.subList(0, size - drawn.size()));
        drawn.sort(Comparator.comparing(SiloStanding::silo));
        return drawn;
    }

    private static boolean isDefined(AggregationRule rule, int silos) {
        try {
            rule.checkPlanned(silos);
            RoundWeighing.checkFits(rule, silos);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
