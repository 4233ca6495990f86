package io.tributary.operators.kernel;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The passes over rows of which every aggregation is made: one that measures, one that combines.
 * Tile by tile, so that nothing of the rows' length is ever kept but the result; sums are in
 * float64 and in a fixed order.
 */
public final class Passes {

    private static final int TILE = ColumnCombiner.TILE;

    private Passes() {}

    /** Inner products of all pairs of this many rows, each row's with itself included. */
    public static int packedLength(int rows) {
        return rows * (rows + 1) / 2;
    }

    /**
     * The rows' inner products.
     *
     * @return upper triangle with the diagonal, row by row
     */
    public static double[] products(RowSource rows) {
        int n = rows.rows();
        var packed = new double[packedLength(n)];
        var tile = new float[n][TILE];
        for (int from = 0; from < rows.length(); from += TILE) {
            int count = read(rows, from, tile);
            int next = 0;
            for (int i = 0; i < n; i++) {
                for (int j = i; j < n; j++) {
                    packed[next++] += product(tile[i], tile[j], count);
                }
            }
        }
        return packed;
    }

    /** {@code sum_i coefficients_i row_i}; rows with coefficient 0 are not read. */
    public static double[] combination(RowSource rows, double[] coefficients) {
        var sum = new double[rows.length()];
        var tile = new float[TILE];
        for (int from = 0; from < sum.length; from += TILE) {
            int count = Math.min(TILE, sum.length - from);
            for (int i = 0; i < coefficients.length; i++) {
                if (coefficients[i] != 0) {
                    rows.read(i, from, count, tile);
                    for (int j = 0; j < count; j++) {
                        sum[from + j] += coefficients[i] * tile[j];
                    }
                }
            }
        }
        return sum;
    }

    /**
     * Combines every coordinate by itself.
     *
     * @param mixing {@code [m][n]}: combine {@code mixing * rows}, rounded to float32, instead;
     *     null for the rows themselves
     * @param combiners makes a combiner for each thread
     */
    public static double[] columns(
            RowSource rows, double @Nullable [][] mixing, Supplier<ColumnCombiner> combiners) {
        var combiner = combiners.get();
        var result = new double[rows.length()];
        var tile = new float[rows.rows()][TILE];
        var mixed = mixing == null ? tile : new float[mixing.length][TILE];
        for (int from = 0; from < result.length; from += TILE) {
            int count = read(rows, from, tile);
            if (mixing != null) {
                mix(mixing, tile, mixed, count);
            }
            combiner.combine(mixed, count, result, from);
        }
        return result;
    }

    private static int read(RowSource rows, int from, float[][] tile) {
        int count = Math.min(TILE, rows.length() - from);
        for (int i = 0; i < tile.length; i++) {
            rows.read(i, from, count, tile[i]);
        }
        return count;
    }

    private static double product(float[] a, float[] b, int count) {
        double sum = 0;
        for (int j = 0; j < count; j++) {
            sum += (double) a[j] * b[j];
        }
        return sum;
    }

    private static void mix(double[][] mixing, float[][] rows, float[][] mixed, int count) {
        var sum = new double[count];
        for (int k = 0; k < mixing.length; k++) {
            Arrays.fill(sum, 0);
            for (int i = 0; i < rows.length; i++) {
                double a = mixing[k][i];
                if (a != 0) {
                    for (int j = 0; j < count; j++) {
                        sum[j] += a * rows[i][j];
                    }
                }
            }
            for (int j = 0; j < count; j++) {
                mixed[k][j] = (float) sum[j];
            }
        }
    }
}
