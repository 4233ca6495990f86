package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * Coordinate-wise median; for an even number of rows the midpoint of the two middle values.
 *
 * <p>Source: Yin et al., ICML 2018 (arXiv:1803.01498), definition 1. Breakdown point 1/2. Cost O(n
 * log^2 n) comparisons per coordinate.
 *
 * <pre>{@code deltas = [[1], [9], [4], [5]]  ->  [4.5]}</pre>
 */
public record Median() implements CoordinateWiseRule {

    @Override
    public int minimumRows() {
        return 1;
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public double[] combine(float[][] rows) {
        int n = rows.length;
        checkArgument(n >= 1, "median needs at least 1 row, got none");
        var result = new double[SortingNetwork.commonLength(rows)];
        int low = (n - 1) / 2;
        int high = n / 2;
        new SortingNetwork(n)
                .sort(
                        rows,
                        (sorted, first, length) -> {
                            for (int j = 0; j < length; j++) {
                                result[first + j] = ((double) sorted[low][j] + sorted[high][j]) / 2;
                            }
                        });
        return result;
    }
}
