package io.tributary.operators.kernel;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.SquaredNorm;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The passes over rows of which every aggregation is made: one that measures, one that combines.
 * Tile by tile, so that nothing of the rows' length is ever kept but the result; sums are in
 * float64 and in a fixed order. The result has the same bits at any number of threads, and with or
 * without the Vector API.
 */
public final class Passes {

    private static final int TILE = ColumnCombiner.TILE;
    private static final int SEGMENT = 64 * TILE;

    private Passes() {}

    /** Inner products of all pairs of this many rows, each row's with itself included. */
    public static int packedLength(int rows) {
        return rows * (rows + 1) / 2;
    }

    /** Index of the first value that is not a number; the length if there is none. */
    public static int firstNan(float[] values) {
        return KernelProvider.kernels().firstNan(values);
    }

    /**
     * What one look at a row tells.
     *
     * @param squaredNorm sum of the squares of its values
     * @param largest largest absolute value; NaN if one of them is
     */
    public record Measured(double squaredNorm, float largest) {}

    /** Looks at every value of a row once, on the caller's thread. */
    public static Measured measure(RowSource rows, int row) {
        var kernels = KernelProvider.kernels();
        int length = rows.length();
        var sums = new double[Kernels.LANES];
        var tile = new float[Math.min(TILE, length)];
        float largest = 0;
        for (int from = 0; from < length; from += TILE) {
            int count = Math.min(TILE, length - from);
            rows.read(row, from, count, tile);
            largest = Math.max(largest, kernels.measure(tile, count, sums));
        }
        return new Measured(SquaredNorm.total(sums), largest);
    }

    /** The sum of the squares of all values, on the caller's thread. */
    public static double squaredNorm(double[] values) {
        var sums = new double[Kernels.LANES];
        KernelProvider.kernels().addSquares(values, sums);
        return SquaredNorm.total(sums);
    }

    /** Encodes all values, on the caller's thread. */
    public static byte[] encoded(Codec codec, float[] values) {
        var payload = new byte[codec.encodedBytes(values.length)];
        KernelProvider.kernels().encode(codec, values, values.length, payload);
        return payload;
    }

    /** The rows' inner products, on the caller's thread. */
    public static double[] products(RowSource rows) {
        return products(rows, 1);
    }

    /**
     * The rows' inner products.
     *
     * @param threads how many share the work, the caller's included
     * @return upper triangle with the diagonal, row by row
     */
    public static double[] products(RowSource rows, int threads) {
        return new InnerProducts(KernelProvider.kernels(), rows).compute(threads);
    }

    /** The rows' weighted sum, on the caller's thread. */
    public static double[] combination(RowSource rows, double[] coefficients) {
        return combination(rows, coefficients, 1);
    }

    /**
     * {@code sum_i coefficients_i row_i}; rows with coefficient 0 are not read.
     *
     * @param threads how many share the work, the caller's included
     */
    public static double[] combination(RowSource rows, double[] coefficients, int threads) {
        var sum = new double[rows.length()];
        addCombination(rows, coefficients, sum, threads);
        return sum;
    }

    /** Adds {@code sum_i coefficients_i row_i} to a target as long as the rows. */
    public static void addCombination(
            RowSource rows, double[] coefficients, double[] target, int threads) {
        new Combination(KernelProvider.kernels(), rows, coefficients).addTo(target, threads);
    }

    /**
     * {@code target[j] += rint(scale * row[j])} for one row, on the caller's thread.
     *
     * @param target as long as the row; sums that start at +0
     */
    public static void addRounded(RowSource rows, int row, double scale, double[] target) {
        var kernels = KernelProvider.kernels();
        var array = rows.asArray(row);
        if (array != null) {
            kernels.addRounded(array, 0, scale, target, 0, target.length);
            return;
        }
        var decoded = new float[Math.min(TILE, target.length)];
        for (int from = 0; from < target.length; from += TILE) {
            int count = Math.min(TILE, target.length - from);
            rows.read(row, from, count, decoded);
            kernels.addRounded(decoded, 0, scale, target, from, count);
        }
    }

    /** Combines every coordinate by itself, on the caller's thread. */
    public static double[] columns(
            RowSource rows, double @Nullable [][] mixing, Supplier<ColumnCombiner> combiners) {
        return columns(rows, mixing, combiners, 1);
    }

    /**
     * Combines every coordinate by itself.
     *
     * @param mixing {@code [m][n]}: combine {@code mixing * rows}, rounded to float32, instead;
     *     null for the rows themselves
     * @param combiners makes a combiner for each thread
     * @param threads how many share the work, the caller's included
     */
    public static double[] columns(
            RowSource rows,
            double @Nullable [][] mixing,
            Supplier<ColumnCombiner> combiners,
            int threads) {
        var result = new double[rows.length()];
        new Segments(result.length, SEGMENT)
                .forEach(threads, () -> columnWorker(rows, mixing, combiners.get(), result));
        return result;
    }

    /**
     * Takes a step of an optimizer in place, on the caller's thread.
     *
     * @param parameters {@code [d]}
     * @param moments {@code [moments][d]}
     * @param descent {@code [d]}, the negative of the gradient; read only
     */
    public static void step(
            TileStep step, float[] parameters, float[][] moments, double[] descent) {
        var kernels = KernelProvider.kernels();
        var gradient = new double[TILE];
        var wide = new double[TILE];
        var wideMoments = new double[moments.length][TILE];
        for (int from = 0; from < parameters.length; from += TILE) {
            int count = Math.min(TILE, parameters.length - from);
            for (int j = 0; j < count; j++) {
                gradient[j] = -descent[from + j];
            }
            for (int k = 0; k < moments.length; k++) {
                kernels.widen(moments[k], from, count, wideMoments[k]);
            }
            step.updateMoments(wideMoments, gradient, count);
            for (int k = 0; k < moments.length; k++) {
                kernels.narrow(wideMoments[k], count, moments[k], from);
                kernels.widen(moments[k], from, count, wideMoments[k]);
            }
            kernels.widen(parameters, from, count, wide);
            step.move(wide, wideMoments, gradient, count);
            kernels.narrow(wide, count, parameters, from);
        }
    }

    private static Segments.Worker columnWorker(
            RowSource rows,
            double @Nullable [][] matrix,
            ColumnCombiner combiner,
            double[] result) {
        var tile = new float[rows.rows()][TILE];
        var mixing = matrix == null ? null : new TileMixing(KernelProvider.kernels(), matrix);
        var mixed = matrix == null ? tile : new float[matrix.length][TILE];
        var prefetch = new Prefetch(rows);
        return (segment, from, to) -> {
            prefetch.start(from);
            for (int at = from; at < to; at += TILE) {
                int count = Math.min(TILE, to - at);
                prefetch.upTo(at + count, to);
                for (int i = 0; i < tile.length; i++) {
                    rows.read(i, at, count, tile[i]);
                }
                if (mixing != null) {
                    mixing.mix(tile, count, mixed);
                }
                combiner.combine(mixed, count, result, at);
            }
        };
    }
}
