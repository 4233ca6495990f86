package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;

/**
 * Sorts the columns of a block of rows: Batcher's odd-even merge network over the rows, with
 * coordinates as vector lanes. Compare-and-swap is {@code min} and {@code max}, which compile to
 * vector instructions; no column is ever gathered.
 *
 * <p>Source: Batcher, AFIPS 1968; O(n log^2 n) comparators. Values must be finite: a NaN would
 * spread to every row its lane meets.
 */
final class SortingNetwork {

    /** Lanes sorted at a time: a block of 16 rows stays within a first-level cache. */
    private static final int LANES = 512;

    private final int rows;
    private final int[] lower;
    private final int[] upper;
    private final float[][] block;

    SortingNetwork(int rows) {
        this.rows = rows;
        List<int[]> comparators = comparators(rows);
        lower = comparators.stream().mapToInt(c -> c[0]).toArray();
        upper = comparators.stream().mapToInt(c -> c[1]).toArray();
        block = new float[rows][LANES];
    }

    /** Receives one block of sorted lanes. */
    interface SortedBlock {
        /**
         * @param sorted {@code [rows][>= length]}: row 0 holds every lane's smallest value; valid
         *     only during the call
         * @param first coordinate of lane 0
         * @param length lanes in use
         */
        void accept(float[][] sorted, int first, int length);
    }

    /** Sorts every coordinate of {@code input} across its rows, block by block. */
    void sort(float[][] input, SortedBlock consumer) {
        checkArgument(input.length == rows, "expected %s rows, got %s", rows, input.length);
        int d = commonLength(input);
        for (int first = 0; first < d; first += LANES) {
            int length = Math.min(LANES, d - first);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(input[i], first, block[i], 0, length);
            }
            for (int c = 0; c < lower.length; c++) {
                compareAndSwap(block[lower[c]], block[upper[c]], length);
            }
            consumer.accept(block, first, length);
        }
    }

    static int commonLength(float[][] rows) {
        int d = rows[0].length;
        for (var row : rows) {
            checkArgument(
                    row.length == d, "rows differ in length: %s and %s values", d, row.length);
        }
        return d;
    }

    private static void compareAndSwap(float[] low, float[] high, int length) {
        for (int j = 0; j < length; j++) {
            float a = low[j];
            float b = high[j];
            low[j] = Math.min(a, b);
            high[j] = Math.max(a, b);
        }
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
