package io.tributary.silo.solver;

import io.tributary.schemas.model.ParameterBuffer;
import java.util.List;

/**
 * Clipping by global norm: a gradient longer than the limit is scaled down to it, all tensors
 * together.
 *
 * <p>Source: Pascanu et al., ICML 2013 (arXiv:1211.5063), algorithm 1.
 */
public final class GradientClipping {

    private GradientClipping() {}

    /** L2 norm over all values, summed in float64 in a fixed order. */
    public static double norm(ParameterBuffer gradients) {
        var lanes =
                new double[8]; // independent sums, so that additions need not wait for each other
        Tiles.forEach(
                gradients.layout(),
                List.of(gradients),
                0,
                (tile, length, matrix) -> addSquares(tile[0], length, lanes));
        double sum = 0;
        for (double lane : lanes) {
            sum += lane;
        }
        return Math.sqrt(sum);
    }

    /**
     * Factor that brings a gradient of this norm to at most the limit.
     *
     * @param limit largest norm let through; 0 to let everything through
     */
    public static double scale(double norm, double limit) {
        return limit > 0 && norm > limit ? limit / norm : 1;
    }

    private static void addSquares(float[] values, int length, double[] lanes) {
        int j = 0;
        for (; j + 8 <= length; j += 8) {
            for (int lane = 0; lane < 8; lane++) {
                double value = values[j + lane];
                lanes[lane] += value * value;
            }
        }
        for (; j < length; j++) {
            double value = values[j];
            lanes[0] += value * value;
        }
    }
}
