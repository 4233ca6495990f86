package io.tributary.operators.kernel;

/**
 * The values of every column that are nearest to a point. In ascending order they are neighbours.
 * Starting with the lowest, the window moves up as long as the value that it would take in is
 * nearer than the one it would lose; of two equally near values the lower one stays.
 */
public final class NearestRanks {

    private NearestRanks() {}

    /**
     * Gathers the {@code keep} nearest values of every column in rows {@code 0} to {@code keep -
     * 1}, in no particular order.
     *
     * @param sorted every column in ascending order; the rows behind are left as they are
     * @param points one per column
     */
    public static void gather(float[][] sorted, double[] points, int keep, int length) {
        var kernels = KernelProvider.kernels();
        // Slot i holds whichever of the ranks i, i + keep, i + 2 keep ... is in the window.
        for (int i = 0; i + keep < sorted.length; i++) {
            kernels.takeNearer(sorted[i], sorted[i + keep], points, sorted[i % keep], length);
        }
    }
}
