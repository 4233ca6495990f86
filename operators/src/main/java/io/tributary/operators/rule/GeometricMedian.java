package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.function.IntToDoubleFunction;

/**
 * Geometric median by smoothed Weiszfeld steps: the point of least mean distance from the rows.
 *
 * <pre>{@code z <- sum_i b_i row_i / sum_i b_i,  b_i = w_i / max(nu, |row_i - z|),  from z = 0}
 * </pre>
 *
 * <p>Source: Pillutla et al., RFA (arXiv:1912.13445); by weight as there. Breakdown point 1/2 at
 * the fixed point; a few steps are on the way to it only. Cost: the Gram matrix, O(n^2 d), and
 * O(n^2) per step.
 *
 * <p>With nu = 1e-6 of the rows' distances and enough steps it is the geometric median to about
 * that precision. What limits it: near a row the steps slow down, and the distances have float64's
 * precision relative to the squared norms, so a common offset 1e4 times the rows' distances leaves
 * about 8 digits of their squares. Infinite rows have no pull: {@code b_i = 0}.
 *
 * <pre>{@code geometric-median(iterations=1): [[1], [1], [-2]]  ->  [0.4]}</pre>
 *
 * @param iterations steps
 * @param nu smallest distance a row is taken to be at, in units of the rows
 */
record GeometricMedian(int iterations, double nu) implements LinearRule {

    GeometricMedian {
        checkArgument(
                iterations >= 1,
                "geometric-median: iterations must be >= 1, got iterations=%s",
                iterations);
        checkArgument(
                nu > 0 && Double.isFinite(nu),
                "geometric-median: nu must be above 0 and finite, got nu=%s",
                nu);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows >= 1, "geometric-median needs at least 1 row, got none");
    }

    @Override
    public Evidence evidence() {
        return iterations == 1 ? Evidence.NORMS : Evidence.PRODUCTS;
    }

    @Override
    public boolean weighted() {
        return true;
    }

    @Override
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        var coefficients = step(gram, cohort, gram::norm);
        for (int t = 1; t < iterations; t++) {
            coefficients = step(gram, cohort, new AffinePoint(gram, coefficients)::distance);
        }
        return Coefficients.of(coefficients);
    }

    private double[] step(Gram gram, Cohort cohort, IntToDoubleFunction distance) {
        var pull = new double[cohort.size()];
        double sum = 0;
        for (int i = 0; i < pull.length; i++) {
            if (gram.isFinite(i)) {
                pull[i] = cohort.weight(i) / Math.max(nu, distance.applyAsDouble(i));
                sum += pull[i];
            }
        }
        checkArgument(
                sum > 0,
                "geometric-median: all rows are infinite; it needs at least 1 that is not");
        for (int i = 0; i < pull.length; i++) {
            pull[i] /= sum;
        }
        return pull;
    }
}
