package io.tributary.operators.rule;

import java.util.List;

/**
 * A rule that is a weighted sum whose coefficients do not depend on the deltas: rows are added as
 * they come and need not be kept.
 *
 * <pre>{@code combined = finish(cohort) * sum_i scale(i) * delta_i}</pre>
 */
public interface FoldingRule extends LinearRule {

    /** What a row is multiplied by before it is added; known before the cohort is. */
    double scale(Contribution contribution);

    /** What the sum is multiplied by once the cohort is known. */
    double finish(List<Contribution> cohort);

    @Override
    default void check(int rows) {}

    @Override
    default Evidence evidence() {
        return Evidence.COHORT;
    }

    @Override
    default boolean weighted() {
        return true;
    }

    @Override
    default Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        var contributions = cohort.contributions();
        double finish = finish(contributions);
        return Coefficients.of(
                contributions.stream().mapToDouble(c -> finish * scale(c)).toArray());
    }
}
