package io.tributary.operators.rule;

import io.tributary.operators.kernel.ColumnCombiner;

/**
 * A rule that combines every coordinate by itself, from the values of all rows.
 *
 * <p>Shapes, of every such rule: rows {@code [n][d]} float32, weights {@code [n]}, the result
 * {@code [d]} float64; no Gram matrix is needed. A cost per coordinate is paid {@code d} times.
 */
public non-sealed interface CoordinateWiseRule extends FinalRule {

    @Override
    default Evidence evidence() {
        return Evidence.COHORT;
    }

    /**
     * Prepares to combine rows of these weights.
     *
     * @throws IllegalArgumentException if the rule is not defined for this many rows, or for
     *     unequal weights when it is not {@link #weighted()}
     */
    ColumnCombiner combiner(double[] weights);
}
