package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.ColumnCombiner;
import io.tributary.operators.kernel.RankedTile;
import io.tributary.operators.kernel.RowMean;
import io.tributary.operators.kernel.SortingNetwork;
import java.util.Arrays;

/**
 * Coordinate-wise median; for an even number of rows the midpoint of the two middle values.
 *
 * <p>With weights it is the minimiser of {@code sum_i w_i |x_i - y|}: the value at which, in
 * ascending order, the weights pass half of their sum; if they meet it exactly (to a relative
 * 1e-12), the midpoint between that value and the next. Integer weights are repetitions.
 *
 * <p>Source: Yin et al., ICML 2018 (arXiv:1803.01498), definition 1. Breakdown point 1/2 of the
 * weight. Cost O(n log^2 n) comparisons per coordinate.
 *
 * <pre>{@code
 * deltas = [[1], [9], [4], [5]]                        ->  [4.5]
 * deltas = [[1], [9], [4], [5]], weights = [1, 3, 1, 2]  ->  [5]
 * }</pre>
 */
public record Median() implements CoordinateWiseRule {

    /** Weights that add up to half within this share of their sum meet it exactly. */
    private static final double TOLERANCE = 1e-12;

    @Override
    public void check(int rows) {
        checkArgument(rows >= 1, "median needs at least 1 row, got none");
    }

    @Override
    public boolean weighted() {
        return true;
    }

    @Override
    public ColumnCombiner combiner(double[] weights) {
        check(weights.length);
        return Cohort.weighted(weights).isUniform() ? ofEqual(weights.length) : ofWeighted(weights);
    }

    private static ColumnCombiner ofEqual(int n) {
        int low = (n - 1) / 2;
        int high = n / 2;
        var network = SortingNetwork.ofRanks(n, low, high);
        return (tile, length, target, offset) -> {
            network.sort(tile, length);
            RowMean.write(tile, low, high, length, target, offset);
        };
    }

    private static ColumnCombiner ofWeighted(double[] weights) {
        double total = Arrays.stream(weights).sum();
        var ranked = new RankedTile(weights.length);
        return (tile, length, target, offset) -> {
            ranked.sort(tile, length);
            for (int j = 0; j < length; j++) {
                target[offset + j] = median(ranked, j, weights, total);
            }
        };
    }

    private static double median(RankedTile ranked, int column, double[] weights, double total) {
        int rank = 0;
        double twice = 2 * weights[ranked.row(0, column)];
        while (twice < total * (1 - TOLERANCE)) {
            twice += 2 * weights[ranked.row(++rank, column)];
        }
        double value = ranked.value(rank, column);
        boolean half = twice <= total * (1 + TOLERANCE);
        return half ? (value + ranked.value(rank + 1, column)) / 2 : value;
    }
}
