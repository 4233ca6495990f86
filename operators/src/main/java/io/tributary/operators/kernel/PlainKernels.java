package io.tributary.operators.kernel;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.SquaredNorm;
import io.tributary.schemas.codec.TensorCodec;
import java.util.Arrays;

/** Loops that HotSpot compiles well by itself. */
final class PlainKernels implements Kernels {

    @Override
    public void decode(Codec codec, byte[] payload, int first, int count, float[] target) {
        decode(codec, payload, first, count, target, 0);
    }

    void decode(Codec codec, byte[] payload, int first, int count, float[] target, int offset) {
        TensorCodec.decode(codec, payload, first, count, target, offset);
    }

    @Override
    public void encode(Codec codec, float[] values, int count, byte[] payload) {
        TensorCodec.encode(codec, values, count, payload, 0);
    }

    @Override
    public int firstNan(float[] values) {
        return firstNan(values, 0);
    }

    int firstNan(float[] values, int from) {
        int j = from;
        while (j < values.length && !Float.isNaN(values[j])) {
            j++;
        }
        return j;
    }

    @Override
    public float measure(float[] values, int count, double[] sums) {
        SquaredNorm.add(values, 0, count, sums);
        return largest(values, 0, count);
    }

    /** As bits, magnitudes have the order of whole numbers, and NaN is above all of them. */
    float largest(float[] values, int from, int to) {
        int largest = 0;
        for (int j = from; j < to; j++) {
            largest = Math.max(largest, Float.floatToRawIntBits(values[j]) & Integer.MAX_VALUE);
        }
        return Float.intBitsToFloat(largest);
    }

    @Override
    public void addSquares(double[] values, double[] sums) {
        addSquares(values, 0, sums);
    }

    /**
     * @param from a multiple of {@link #LANES}
     */
    void addSquares(double[] values, int from, double[] sums) {
        int whole = values.length - values.length % LANES;
        for (int lane = 0; lane < LANES; lane++) {
            double sum = sums[lane];
            for (int j = from + lane; j < whole; j += LANES) {
                sum += square(values[j]);
            }
            sums[lane] = sum;
        }
        for (int j = Math.max(from, whole); j < values.length; j++) {
            sums[j % LANES] += square(values[j]);
        }
    }

    private static double square(double value) {
        return value * value;
    }

    @Override
    public void widen(float[] source, int from, int count, double[] target) {
        for (int j = 0; j < count; j++) {
            target[j] = source[from + j];
        }
    }

    @Override
    public void narrow(double[] source, int count, float[] target, int at) {
        for (int j = 0; j < count; j++) {
            target[at + j] = (float) source[j];
        }
    }

    @Override
    public void add(
            float[][] rows,
            int[] offsets,
            double[] coefficients,
            double[] target,
            int at,
            int count) {
        float[] a = rows[0];
        float[] b = rows[1];
        float[] c = rows[2];
        float[] d = rows[3];
        int fromA = offsets[0];
        int fromB = offsets[1];
        int fromC = offsets[2];
        int fromD = offsets[3];
        double forA = coefficients[0];
        double forB = coefficients[1];
        double forC = coefficients[2];
        double forD = coefficients[3];
        for (int j = 0; j < count; j++) {
            target[at + j] =
                    target[at + j]
                            + forA * a[fromA + j]
                            + forB * b[fromB + j]
                            + forC * c[fromC + j]
                            + forD * d[fromD + j];
        }
    }

    @Override
    public void add(float[] row, int from, double coefficient, double[] target, int at, int count) {
        for (int j = 0; j < count; j++) {
            target[at + j] += coefficient * row[from + j];
        }
    }

    @Override
    public void mean(float[][] rows, int first, int last, int count, double[] target, int at) {
        Arrays.fill(target, at, at + count, 0);
        int i = first;
        for (; i + GROUP <= last + 1; i += GROUP) {
            addFour(rows[i], rows[i + 1], rows[i + 2], rows[i + 3], target, at, count);
        }
        for (; i <= last; i++) {
            float[] row = rows[i];
            for (int j = 0; j < count; j++) {
                target[at + j] += row[j];
            }
        }
        int n = last - first + 1;
        for (int j = at; j < at + count; j++) {
            target[j] /= n;
        }
    }

    private static void addFour(
            float[] a, float[] b, float[] c, float[] d, double[] target, int at, int count) {
        for (int j = 0; j < count; j++) {
            target[at + j] = target[at + j] + a[j] + b[j] + c[j] + d[j];
        }
    }

    @Override
    public void takeNearer(
            float[] lower, float[] upper, double[] points, float[] slots, int count) {
        takeNearer(lower, upper, points, slots, 0, count);
    }

    void takeNearer(
            float[] lower, float[] upper, double[] points, float[] slots, int from, int to) {
        for (int j = from; j < to; j++) {
            double point = points[j];
            boolean farther =
                    point - lower[j] > upper[j] - point
                            || (upper[j] == point && lower[j] < point); // both infinite
            if (farther) {
                slots[j] = upper[j];
            }
        }
    }

    @Override
    public void addRounded(
            float[] row, int from, double scale, double[] target, int at, int count) {
        for (int j = 0; j < count; j++) {
            target[at + j] += Math.rint(scale * row[from + j]);
        }
    }

    @Override
    public void multiply(double[][] rows, int first, int second, int count, double[] sums) {
        for (int lane = 0; lane < LANES; lane++) {
            if (first == second) {
                squareLane(rows, first, count, sums, lane);
            } else {
                multiplyLane(rows, first, second, count, sums, lane);
            }
        }
    }

    /** The products of four rows with each other. */
    private static void squareLane(double[][] rows, int first, int count, double[] sums, int lane) {
        double[] a0 = rows[first];
        double[] a1 = rows[first + 1];
        double[] a2 = rows[first + 2];
        double[] a3 = rows[first + 3];
        double s00 = sums[lane];
        double s01 = sums[lane + LANES];
        double s02 = sums[lane + 2 * LANES];
        double s03 = sums[lane + 3 * LANES];
        double s11 = sums[lane + 5 * LANES];
        double s12 = sums[lane + 6 * LANES];
        double s13 = sums[lane + 7 * LANES];
        double s22 = sums[lane + 10 * LANES];
        double s23 = sums[lane + 11 * LANES];
        double s33 = sums[lane + 15 * LANES];
        for (int j = lane; j < count; j += LANES) {
            double x0 = a0[j];
            double x1 = a1[j];
            double x2 = a2[j];
            double x3 = a3[j];
            s00 += x0 * x0;
            s01 += x0 * x1;
            s02 += x0 * x2;
            s03 += x0 * x3;
            s11 += x1 * x1;
            s12 += x1 * x2;
            s13 += x1 * x3;
            s22 += x2 * x2;
            s23 += x2 * x3;
            s33 += x3 * x3;
        }
        sums[lane] = s00;
        sums[lane + LANES] = s01;
        sums[lane + 2 * LANES] = s02;
        sums[lane + 3 * LANES] = s03;
        sums[lane + 5 * LANES] = s11;
        sums[lane + 6 * LANES] = s12;
        sums[lane + 7 * LANES] = s13;
        sums[lane + 10 * LANES] = s22;
        sums[lane + 11 * LANES] = s23;
        sums[lane + 15 * LANES] = s33;
    }

    /** Sixteen running sums are what the registers hold. */
    private static void multiplyLane(
            double[][] rows, int first, int second, int count, double[] sums, int lane) {
        double[] a0 = rows[first];
        double[] a1 = rows[first + 1];
        double[] a2 = rows[first + 2];
        double[] a3 = rows[first + 3];
        double[] b0 = rows[second];
        double[] b1 = rows[second + 1];
        double[] b2 = rows[second + 2];
        double[] b3 = rows[second + 3];
        double s00 = sums[lane];
        double s01 = sums[lane + LANES];
        double s02 = sums[lane + 2 * LANES];
        double s03 = sums[lane + 3 * LANES];
        double s10 = sums[lane + 4 * LANES];
        double s11 = sums[lane + 5 * LANES];
        double s12 = sums[lane + 6 * LANES];
        double s13 = sums[lane + 7 * LANES];
        double s20 = sums[lane + 8 * LANES];
        double s21 = sums[lane + 9 * LANES];
        double s22 = sums[lane + 10 * LANES];
        double s23 = sums[lane + 11 * LANES];
        double s30 = sums[lane + 12 * LANES];
        double s31 = sums[lane + 13 * LANES];
        double s32 = sums[lane + 14 * LANES];
        double s33 = sums[lane + 15 * LANES];
        for (int j = lane; j < count; j += LANES) {
            double x0 = b0[j];
            double x1 = b1[j];
            double x2 = b2[j];
            double x3 = b3[j];
            double y = a0[j];
            s00 += y * x0;
            s01 += y * x1;
            s02 += y * x2;
            s03 += y * x3;
            y = a1[j];
            s10 += y * x0;
            s11 += y * x1;
            s12 += y * x2;
            s13 += y * x3;
            y = a2[j];
            s20 += y * x0;
            s21 += y * x1;
            s22 += y * x2;
            s23 += y * x3;
            y = a3[j];
            s30 += y * x0;
            s31 += y * x1;
            s32 += y * x2;
            s33 += y * x3;
        }
        sums[lane] = s00;
        sums[lane + LANES] = s01;
        sums[lane + 2 * LANES] = s02;
        sums[lane + 3 * LANES] = s03;
        sums[lane + 4 * LANES] = s10;
        sums[lane + 5 * LANES] = s11;
        sums[lane + 6 * LANES] = s12;
        sums[lane + 7 * LANES] = s13;
        sums[lane + 8 * LANES] = s20;
        sums[lane + 9 * LANES] = s21;
        sums[lane + 10 * LANES] = s22;
        sums[lane + 11 * LANES] = s23;
        sums[lane + 12 * LANES] = s30;
        sums[lane + 13 * LANES] = s31;
        sums[lane + 14 * LANES] = s32;
        sums[lane + 15 * LANES] = s33;
    }
}
