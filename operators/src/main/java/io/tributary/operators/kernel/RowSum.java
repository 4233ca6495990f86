package io.tributary.operators.kernel;

import java.util.Arrays;

/**
 * Sums rows of a tile in float64, in row order. Holds scratch memory: not for more than one thread.
 */
public final class RowSum {

    private static final int GROUP = Kernels.GROUP;

    private final Kernels kernels = KernelProvider.kernels();
    private final float[][] group = new float[GROUP][];
    private final int[] offsets = new int[GROUP];
    private final double[] ones = new double[GROUP];

    public RowSum() {
        Arrays.fill(ones, 1);
    }

    /**
     * {@code target[offset + j] = (tile[first][j] + ... + tile[last][j]) / divisor} for the first
     * {@code length} coordinates.
     */
    public void divided(
            float[][] tile,
            int first,
            int last,
            double divisor,
            int length,
            double[] target,
            int offset) {
        Arrays.fill(target, offset, offset + length, 0);
        int i = first;
        for (; i + GROUP <= last + 1; i += GROUP) {
            System.arraycopy(tile, i, group, 0, GROUP);
            kernels.add(group, offsets, ones, target, offset, length);
        }
        for (; i <= last; i++) {
            kernels.add(tile[i], 0, 1, target, offset, length);
        }
        for (int j = offset; j < offset + length; j++) {
            target[j] /= divisor;
        }
    }
}
