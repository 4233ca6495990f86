package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.ColumnCombiner;
import io.tributary.operators.kernel.SortingNetwork;

/**
 * Coordinate-wise trimmed mean: in each coordinate, drop the {@code k} smallest and {@code k}
 * largest values and average the {@code n - 2k} that remain.
 *
 * <p>Source: Yin et al., ICML 2018 (arXiv:1803.01498), definition 2. Breakdown point k/n. Cost O(n
 * log^2 n) comparisons per coordinate.
 *
 * <pre>{@code f = 1, deltas = [[1, 2], [4, 5], [7, 80]]  ->  [4, 5]}</pre>
 *
 * @param f rows to trim from each end, when trimming by count; -1 otherwise
 * @param fraction share of the rows to trim from each end, rounded down, when trimming by fraction;
 *     -1 otherwise
 */
public record TrimmedMean(int f, double fraction) implements CoordinateWiseRule {

    /** Trims {@code f} rows from each end. */
    public static TrimmedMean ofCount(int f) {
        checkArgument(f >= 0, "trimmed-mean: f must be >= 0, got f=%s", f);
        return new TrimmedMean(f, -1);
    }

    /** Trims {@code floor(fraction * n)} rows from each end. */
    public static TrimmedMean ofFraction(double fraction) {
        checkArgument(
                fraction >= 0 && fraction < 0.5,
                "trimmed-mean: fraction must be in [0, 0.5), got fraction=%s",
                fraction);
        return new TrimmedMean(-1, fraction);
    }

    @Override
    public void check(int rows) {
        int k = trimmed(rows);
        checkArgument(rows > 2 * k, "trimmed-mean needs n > 2f, got n=%s, f=%s", rows, k);
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public ColumnCombiner combiner(double[] weights) {
        int n = weights.length;
        check(n);
        int k = trimmed(n);
        var network = new SortingNetwork(n);
        return (tile, length, target, offset) -> {
            network.sort(tile, length);
            for (int j = 0; j < length; j++) {
                target[offset + j] = 0;
            }
            for (int i = k; i < n - k; i++) {
                for (int j = 0; j < length; j++) {
                    target[offset + j] += tile[i][j];
                }
            }
            for (int j = 0; j < length; j++) {
                target[offset + j] /= n - 2 * k;
            }
        };
    }

    private int trimmed(int rows) {
        // 0.29 * 100 falls just short of 29 in binary; 29 is what was asked for
        return f >= 0 ? f : (int) Math.floor(fraction * rows + 1e-9);
    }
}
