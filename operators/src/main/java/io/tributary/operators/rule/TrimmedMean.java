package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.ColumnCombiner;
import io.tributary.operators.kernel.RankedTile;
import io.tributary.operators.kernel.RowMean;
import io.tributary.operators.kernel.SortingNetwork;
import java.util.Arrays;

/**
 * Coordinate-wise trimmed mean: in each coordinate, drop the {@code k} smallest and {@code k}
 * largest values and average the {@code n - 2k} that remain.
 *
 * <p>With unequal weights a mass is trimmed from each end: {@code f / n} of all weight when
 * trimming by count, the fraction of all weight when trimming by fraction. A row at the boundary
 * counts with what is left of its weight. By fraction, integer weights are repetitions wherever the
 * fraction of the repeated rows is a whole number; equal weights trim whole rows.
 *
 * <p>Source: Yin et al., ICML 2018 (arXiv:1803.01498), definition 2. Breakdown point k/n of the
 * rows, or of the weight. Cost O(n log^2 n) comparisons per coordinate.
 *
 * <pre>{@code
 * f = 1, deltas = [[1, 2], [4, 5], [7, 80]]                       ->  [4, 5]
 * fraction = 0.25, deltas = [[1], [4], [8]], weights = [1, 2, 1]  ->  [4]
 * }</pre>
 *
 * @param f rows to trim from each end, when trimming by count; -1 otherwise
 * @param fraction share of the rows to trim from each end, rounded down, when trimming by fraction;
 *     -1 otherwise
 */
public record TrimmedMean(int f, double fraction) implements CoordinateWiseRule {

    /** A row is gone when it keeps less than this share of the weight that is averaged. */
    private static final double TOLERANCE = 1e-12;

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
        return true;
    }

    @Override
    public ColumnCombiner combiner(double[] weights) {
        check(weights.length);
        return Cohort.weighted(weights).isUniform() ? ofEqual(weights.length) : ofWeighted(weights);
    }

    private ColumnCombiner ofEqual(int n) {
        int k = trimmed(n);
        int last = n - k - 1;
        var network = SortingNetwork.ofRanks(n, k, last);
        return (tile, length, target, offset) -> {
            network.sort(tile, length);
            RowMean.write(tile, k, last, length, target, offset);
        };
    }

    private ColumnCombiner ofWeighted(double[] weights) {
        double total = Arrays.stream(weights).sum();
        double lower = total * (f >= 0 ? (double) f / weights.length : fraction);
        var ranked = new RankedTile(weights.length);
        return (tile, length, target, offset) -> {
            ranked.sort(tile, length);
            for (int j = 0; j < length; j++) {
                target[offset + j] = mean(ranked, j, weights, lower, total - lower);
            }
        };
    }

    /** The mean of what lies between two points of the cumulative weight. */
    private static double mean(
            RankedTile ranked, int column, double[] weights, double lower, double upper) {
        double least = TOLERANCE * (upper - lower);
        double end = 0;
        double sum = 0;
        double mass = 0;
        for (int rank = 0; rank < weights.length; rank++) {
            double weight = weights[ranked.row(rank, column)];
            double start = end;
            end += weight;
            double kept = Math.min(end, upper) - Math.max(start, lower);
            if (kept > least) { // an infinite value that is gone must not be multiplied
                sum += kept * ranked.value(rank, column);
                mass += kept;
            }
        }
        return sum / mass;
    }

    private int trimmed(int rows) {
        // 0.29 * 100 falls just short of 29 in binary; 29 is what was asked for
        return f >= 0 ? f : (int) Math.floor(fraction * rows + 1e-9);
    }
}
