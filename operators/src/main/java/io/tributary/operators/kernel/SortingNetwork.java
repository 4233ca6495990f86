package io.tributary.operators.kernel;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;

/**
 * Sorts the columns of a block of rows: Batcher's odd-even merge network over the rows, with
 * coordinates as vector lanes. Compare-and-swap is {@code min} and {@code max}, which compile to
 * vector instructions; no column is ever gathered. Where only some ranks are wanted, everything
 * they do not depend on is left out.
 *
 * <p>Source: Batcher, AFIPS 1968; O(n log^2 n) comparators. A NaN would spread to every row its
 * lane meets.
 */
public final class SortingNetwork {

    private enum Outcome {
        BOTH,
        LOWER,
        UPPER
    }

    private record Comparator(int lower, int upper, Outcome wanted) {}

    private final int rows;
    private final Comparator[] comparators;

    private SortingNetwork(int rows, Comparator[] comparators) {
        this.rows = rows;
        this.comparators = comparators;
    }

    /**
     * Sorts completely.
     *
     * @param rows rows of every block it will sort
     */
    public static SortingNetwork ofAllRanks(int rows) {
        return ofRanks(rows, 0, rows - 1);
    }

    /**
     * Leaves in rows {@code first} to {@code last} what a complete sort would, and anything in the
     * others.
     *
     * @param rows rows of every block it will sort
     */
    public static SortingNetwork ofRanks(int rows, int first, int last) {
        checkArgument(
                0 <= first && first <= last && last < rows,
                "%s rows do not have the ranks %s to %s",
                rows,
                first,
                last);
        return new SortingNetwork(rows, pruned(comparators(rows), rows, first, last));
    }

    /** Comparators that it takes. */
    int size() {
        return comparators.length;
    }

    /**
     * Sorts the first {@code length} columns of a block in place: row 0 ends with every column's
     * smallest value.
     */
    public void sort(float[][] block, int length) {
        checkRows(block.length);
        for (var c : comparators) {
            switch (c.wanted) {
                case BOTH -> compareAndSwap(block[c.lower], block[c.upper], length);
                case LOWER -> min(block[c.lower], block[c.upper], length);
                case UPPER -> max(block[c.lower], block[c.upper], length);
            }
        }
    }

    /** The same for float64 values. */
    void sort(double[][] block, int length) {
        checkRows(block.length);
        for (var c : comparators) {
            compareAndSwap(block[c.lower], block[c.upper], length);
        }
    }

    private void checkRows(int given) {
        checkArgument(given == rows, "expected %s rows, got %s", rows, given);
    }

    private static void compareAndSwap(float[] low, float[] high, int length) {
        for (int j = 0; j < length; j++) {
            float a = low[j];
            float b = high[j];
            low[j] = Math.min(a, b);
            high[j] = Math.max(a, b);
        }
    }

    private static void min(float[] low, float[] high, int length) {
        for (int j = 0; j < length; j++) {
            low[j] = Math.min(low[j], high[j]);
        }
    }

    private static void max(float[] low, float[] high, int length) {
        for (int j = 0; j < length; j++) {
            high[j] = Math.max(low[j], high[j]);
        }
    }

    private static void compareAndSwap(double[] low, double[] high, int length) {
        for (int j = 0; j < length; j++) {
            double a = low[j];
            double b = high[j];
            low[j] = Math.min(a, b);
            high[j] = Math.max(a, b);
        }
    }

    /** Goes back from the wanted ranks to what they are made of. */
    private static Comparator[] pruned(List<int[]> complete, int rows, int first, int last) {
        var wanted = new boolean[rows];
        for (int i = first; i <= last; i++) {
            wanted[i] = true;
        }
        var kept = new ArrayList<Comparator>();
        for (int c = complete.size() - 1; c >= 0; c--) {
            int lower = complete.get(c)[0];
            int upper = complete.get(c)[1];
            if (wanted[lower] || wanted[upper]) {
                var outcome =
                        !wanted[upper]
                                ? Outcome.LOWER
                                : !wanted[lower] ? Outcome.UPPER : Outcome.BOTH;
                kept.add(0, new Comparator(lower, upper, outcome));
                wanted[lower] = true;
                wanted[upper] = true;
            }
        }
        return kept.toArray(Comparator[]::new);
    }

    /**
     * Batcher's network for any n: the network of the next power of two, comparators past n left
     * out.
     */
    private static List<int[]> comparators(int n) {
        var result = new ArrayList<int[]>();
        for (int p = 1; p < n; p *= 2) {
            for (int k = p; k >= 1; k /= 2) {
                for (int j = k % p; j + k < n; j += 2 * k) {
                    for (int i = 0; i < k && i + j + k < n; i++) {
                        boolean sameRun = (i + j) / (2 * p) == (i + j + k) / (2 * p);
                        if (sameRun) {
                            result.add(new int[] {i + j, i + j + k});
                        }
                    }
                }
            }
        }
        return result;
    }
}
