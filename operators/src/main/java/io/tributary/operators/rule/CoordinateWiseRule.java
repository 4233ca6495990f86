package io.tributary.operators.rule;

/** A rule that combines every coordinate by itself, from the values of all rows. */
public interface CoordinateWiseRule extends AggregationRule {

    /**
     * Combines all rows.
     *
     * @param rows {@code [n][d]} float32, finite, one row per silo; read only
     * @return {@code [d]} float64, newly allocated
     * @throws IllegalArgumentException if there are fewer than {@link #minimumRows()} rows or they
     *     differ in length
     */
    double[] combine(float[][] rows);
}
