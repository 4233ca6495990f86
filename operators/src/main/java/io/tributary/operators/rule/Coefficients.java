package io.tributary.operators.rule;

import java.util.Map;

/**
 * What a linear rule made of a cohort.
 *
 * @param values one per row, and one more for the centre if the rule keeps one; need not sum to 1
 * @param selected indices, ascending, of the rows a selecting rule has kept; empty for a rule that
 *     does not select
 * @param noiseDeviation standard deviation of the Gaussian noise to be added to every coordinate; 0
 *     for none
 * @param scalars named numbers that the rule wants to find in the next round's {@link RoundFacts}
 */
public record Coefficients(
        double[] values, int[] selected, double noiseDeviation, Map<String, Double> scalars) {

    static Coefficients of(double[] values) {
        return new Coefficients(values, new int[0], 0, Map.of());
    }

    /** The mean of the selected rows, by their weights in the cohort. */
    static Coefficients meanOf(int[] selected, Cohort cohort) {
        var values = new double[cohort.size()];
        double sum = 0;
        for (int i : selected) {
            sum += cohort.weight(i);
        }
        for (int i : selected) {
            values[i] = cohort.weight(i) / sum;
        }
        return new Coefficients(values, selected, 0, Map.of());
    }
}
