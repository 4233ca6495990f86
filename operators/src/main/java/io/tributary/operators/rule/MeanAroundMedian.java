package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.ColumnCombiner;
import io.tributary.operators.kernel.RowMean;
import io.tributary.operators.kernel.SortingNetwork;

/**
 * In each coordinate the mean of the values nearest to the median: Meamed, which leaves out the
 * {@code f} farthest of n, and the second phase of Bulyan, which leaves out the {@code 2f} farthest
 * of those it has selected. Of two values that are equally far, the larger one is left out first.
 *
 * <p>In ascending order the nearest values are neighbours. Starting with the lowest, the window
 * moves up as long as the value that it would take in is nearer than the one it would lose.
 *
 * <p>Sources: Xie et al. 2018 (arXiv:1802.10116), definition 7; El Mhamdi et al., ICML 2018
 * (arXiv:1802.07927), section 4. Breakdown point of Meamed {@code f/n < 1/2}. Cost O(n log^2 n)
 * comparisons per coordinate.
 *
 * <pre>{@code meamed(f=1), deltas = [[1], [2], [4], [9]]  ->  [7/3]}</pre>
 *
 * @param name as specifications write it
 * @param dropped rows left out
 * @param least rows it is defined for, at least
 */
public record MeanAroundMedian(String name, int dropped, int least) implements CoordinateWiseRule {

    /** The rule that leaves out this many of its rows. */
    public static MeanAroundMedian dropping(String name, int dropped) {
        checkArgument(dropped >= 0, "%s cannot leave out %s rows", name, dropped);
        return new MeanAroundMedian(name, dropped, dropped + 1);
    }

    /** The mean of the {@code n - f} nearest. */
    static MeanAroundMedian meamed(int f) {
        checkArgument(f >= 0, "meamed: f must be >= 0, got f=%s", f);
        return new MeanAroundMedian("meamed", f, 2 * f + 1);
    }

    @Override
    public void check(int rows) {
        checkArgument(
                rows >= least,
                "%s needs at least %s rows to leave out %s, got n=%s",
                name,
                least,
                dropped,
                rows);
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public ColumnCombiner combiner(double[] weights) {
        int n = weights.length;
        check(n);
        int keep = n - dropped;
        var network = SortingNetwork.ofAllRanks(n);
        var median = new double[ColumnCombiner.TILE];
        return (tile, length, target, offset) -> {
            network.sort(tile, length);
            middle(tile[(n - 1) / 2], tile[n / 2], median, length);
            // Slot i holds whichever of the values i, i + keep, i + 2 keep ... is in the window.
            for (int i = 0; i < dropped; i++) {
                takeNearer(tile[i], tile[i + keep], median, tile[i % keep], length);
            }
            RowMean.write(tile, 0, keep - 1, length, target, offset);
        };
    }

    private static void middle(float[] low, float[] high, double[] median, int length) {
        for (int j = 0; j < length; j++) {
            median[j] = ((double) low[j] + high[j]) / 2;
        }
    }

    /** Replaces what is in the slots by the upper values where the lower ones are farther. */
    private static void takeNearer(
            float[] lower, float[] upper, double[] median, float[] slots, int length) {
        for (int j = 0; j < length; j++) {
            double middle = median[j];
            boolean farther =
                    middle - lower[j] > upper[j] - middle
                            || (upper[j] == middle && lower[j] < middle); // infinity itself
            if (farther) {
                slots[j] = upper[j];
            }
        }
    }
}
