package io.tributary.operators.kernel;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;

/**
 * Sorts the columns of a block of rows: Batcher's odd-even merge network over the rows, with
 * coordinates as vector lanes. Compare-and-swap is {@code min} and {@code max}, which compile to
 * vector instructions; no column is ever gathered.
 *
 * <p>Source: Batcher, AFIPS 1968; O(n log^2 n) comparators. A NaN would spread to every row its
 * lane meets.
 */
public final class SortingNetwork {

    private final int rows;
    private final int[] lower;
    private final int[] upper;

    /**
     * @param rows rows of every block it will sort
     */
    public SortingNetwork(int rows) {
        this.rows = rows;
        List<int[]> comparators = comparators(rows);
        lower = comparators.stream().mapToInt(c -> c[0]).toArray();
        upper = comparators.stream().mapToInt(c -> c[1]).toArray();
    }

    /**
     * Sorts the first {@code length} columns of a block in place: row 0 ends with every column's
     * smallest value.
     */
    public void sort(float[][] block, int length) {
        checkArgument(block.length == rows, "expected %s rows, got %s", rows, block.length);
        for (int c = 0; c < lower.length; c++) {
            compareAndSwap(block[lower[c]], block[upper[c]], length);
        }
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
