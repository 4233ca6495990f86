package io.tributary.operators.kernel;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.SquaredNorm;

/**
 * The inner loops that are worth writing twice: in plain Java, and with the incubating Vector API,
 * which a JVM has to be started with ({@code --add-modules jdk.incubator.vector}).
 *
 * <p>Both give the same bits. Elementwise sums multiply, round, and then add, row after row, in
 * float64. Inner products are summed in {@link #LANES} partial sums whatever the width of the
 * machine's vectors; products of two float32 values are exact in float64, so that fusing the
 * multiplication with the addition changes nothing.
 */
interface Kernels {

    /** Partial sums of every inner product: coordinate {@code j} goes to sum {@code j % LANES}. */
    int LANES = SquaredNorm.SUMS;

    /** Rows on each side of a block of inner products. */
    int BLOCK = 4;

    /** Rows that are added at a time. */
    int GROUP = 4;

    /**
     * Decodes {@code count} values of a payload, from value {@code first} on, to the start of the
     * target.
     */
    void decode(Codec codec, byte[] payload, int first, int count, float[] target);

    /** Encodes the first {@code count} values to the start of a payload. */
    void encode(Codec codec, float[] values, int count, byte[] payload);

    /** Index of the first value that is not a number; the length if there is none. */
    int firstNan(float[] values);

    /**
     * Adds the squares of {@code count} values to {@link #LANES} partial sums, that of value j to
     * sum {@code j % LANES}.
     *
     * @return the largest absolute value; NaN if one of them is
     */
    float measure(float[] values, int count, double[] sums);

    /**
     * Adds the squares of all values to {@link #LANES} partial sums, that of value j to sum {@code
     * j % LANES}.
     */
    void addSquares(double[] values, double[] sums);

    /** {@code target[j] = source[from + j]}. */
    void widen(float[] source, int from, int count, double[] target);

    /** {@code target[at + j] = (float) source[j]}. */
    void narrow(double[] source, int count, float[] target, int at);

    /**
     * {@code target[at + j] += sum_k coefficients[k] rows[k][offsets[k] + j]} over {@link #GROUP}
     * rows.
     */
    void add(
            float[][] rows,
            int[] offsets,
            double[] coefficients,
            double[] target,
            int at,
            int count);

    /** {@code target[at + j] += coefficient row[from + j]}. */
    void add(float[] row, int from, double coefficient, double[] target, int at, int count);

    /** {@code target[at + j] = (rows[first][j] + ... + rows[last][j]) / (last - first + 1)}. */
    void mean(float[][] rows, int first, int last, int count, double[] target, int at);

    /**
     * Replaces what is in the slots by the upper values where the lower ones, which are not above
     * them, are farther from a point. Infinity is as near as can be to itself.
     */
    void takeNearer(float[] lower, float[] upper, double[] points, float[] slots, int count);

    /** {@code target[at + j] += rint(scale * row[from + j])}. */
    void addRounded(float[] row, int from, double scale, double[] target, int at, int count);

    /**
     * Adds the products of rows {@code first, ..., first + 3} with rows {@code second, ..., second
     * + 3} to their partial sums. If these are the same rows, what is below the diagonal is
     * unspecified.
     *
     * @param count coordinates, a multiple of {@link #LANES}
     * @param sums {@code [BLOCK][BLOCK][LANES]}, flat
     */
    void multiply(double[][] rows, int first, int second, int count, double[] sums);
}
