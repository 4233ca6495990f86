package io.tributary.operators.kernel;

/** The mean of rows of a tile, summed in float64 and in row order. */
public final class RowMean {

    private RowMean() {}

    /**
     * {@code target[offset + j] = (tile[first][j] + ... + tile[last][j]) / (last - first + 1)} for
     * the first {@code length} coordinates.
     */
    public static void write(
            float[][] tile, int first, int last, int length, double[] target, int offset) {
        KernelProvider.kernels().mean(tile, first, last, length, target, offset);
    }
}
