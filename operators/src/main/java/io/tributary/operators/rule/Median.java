package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.ColumnCombiner;
import io.tributary.operators.kernel.SortingNetwork;

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
    public void check(int rows) {
        checkArgument(rows >= 1, "median needs at least 1 row, got none");
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public ColumnCombiner combiner(double[] weights) {
        int n = weights.length;
        check(n);
        int low = (n - 1) / 2;
        int high = n / 2;
        var network = new SortingNetwork(n);
        return (tile, length, target, offset) -> {
            network.sort(tile, length);
            for (int j = 0; j < length; j++) {
                target[offset + j] = ((double) tile[low][j] + tile[high][j]) / 2;
            }
        };
    }
}
