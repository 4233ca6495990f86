package io.tributary.operators.kernel;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.SquaredNorm;
import io.tributary.schemas.codec.TensorCodec;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops on vectors of the machine's own width, up to {@link #LANES} values. Loaded only where the
 * module {@code jdk.incubator.vector} is.
 */
final class VectorKernels implements Kernels {

    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

    /** As many float32 values as there are float64 values in a vector. */
    private static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLES.length() * Float.SIZE));

    private static final VectorSpecies<Float> WIDEST = FloatVector.SPECIES_PREFERRED;

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

    /** As many two-byte values. */
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(WIDEST.length() * Short.SIZE));

    /** The bytes of as many two-byte values. */
    private static final VectorSpecies<Byte> HALVES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(WIDEST.length() * Short.SIZE));

    /** The bytes of as many four-byte values, which are little-endian, as these vectors are. */
    private static final VectorSpecies<Byte> WORDS =
            VectorSpecies.of(byte.class, WIDEST.vectorShape());

    private static final int F16_SIGN = 0x8000;
    private static final int F16_MAGNITUDE = 0x7FFF;
    private static final int F16_INFINITY = 0x7C00;
    private static final int F16_EXTRA_BITS = 13;
    private static final int F32_INFINITY = 0x7F80_0000;

    private static final int BF16_HALF = 0x8000;
    private static final int BF16_FRACTION = 0x7F;
    private static final int BF16_QUIET = 0x40;

    /** Difference of the exponent biases. */
    private static final float F16_BIAS = 0x1p112f;

    private static final int WIDTH = DOUBLES.length();

    /** From here on every float64 value is a whole number. */
    private static final double WHOLE = 0x1p52;

    private final PlainKernels rest = new PlainKernels();

    /** Whether vectors have a width that these loops can use. */
    static boolean isUsable() {
        return WIDTH >= 2 && WIDTH <= LANES;
    }

    @Override
    public void decode(Codec codec, byte[] payload, int first, int count, float[] target) {
        int vectors =
                switch (codec) {
                    case F32 -> decodeF32(payload, first, count, target);
                    case F64 -> 0; // refused
                    case BF16 -> decodeBf16(payload, first, count, target);
                    case F16 -> decodeF16(payload, first, count, target);
                };
        rest.decode(codec, payload, first + vectors, count - vectors, target, vectors);
    }

    private static int decodeF32(byte[] payload, int first, int count, float[] target) {
        int vectors = WIDEST.loopBound(count);
        for (int j = 0; j < vectors; j += WIDEST.length()) {
            ByteVector.fromArray(WORDS, payload, (first + j) * Float.BYTES)
                    .reinterpretAsFloats()
                    .intoArray(target, j);
        }
        return vectors;
    }

    private static int decodeBf16(byte[] payload, int first, int count, float[] target) {
        int vectors = WIDEST.loopBound(count);
        for (int j = 0; j < vectors; j += WIDEST.length()) {
            halves(payload, first + j)
                    .lanewise(VectorOperators.LSHL, Short.SIZE)
                    .reinterpretAsFloats()
                    .intoArray(target, j);
        }
        return vectors;
    }

    private static int decodeF16(byte[] payload, int first, int count, float[] target) {
        int vectors = WIDEST.loopBound(count);
        for (int j = 0; j < vectors; j += WIDEST.length()) {
            var bits = halves(payload, first + j);
            var sign = bits.and(F16_SIGN).lanewise(VectorOperators.LSHL, Short.SIZE);
            var shifted = bits.and(F16_MAGNITUDE).lanewise(VectorOperators.LSHL, F16_EXTRA_BITS);
            // Moving the exponent by a multiplication also makes subnormal values normal.
            var finite = shifted.reinterpretAsFloats().mul(F16_BIAS).reinterpretAsInts();
            var isFinite = shifted.compare(VectorOperators.LT, F16_INFINITY << F16_EXTRA_BITS);
            shifted.or(F32_INFINITY)
                    .blend(finite, isFinite)
                    .or(sign)
                    .reinterpretAsFloats()
                    .intoArray(target, j);
        }
        return vectors;
    }

    /** Values of two bytes, little-endian; the upper half repeats their sign. */
    private static IntVector halves(byte[] payload, int first) {
        return (IntVector)
                ByteVector.fromArray(HALVES, payload, first * Short.BYTES)
                        .reinterpretAsShorts()
                        .convertShape(VectorOperators.S2I, INTS, 0);
    }

    @Override
    public void encode(Codec codec, float[] values, int count, byte[] payload) {
        int vectors = codec == Codec.BF16 ? encodeBf16(values, count, payload) : 0;
        var left = vectors == 0 ? values : Arrays.copyOfRange(values, vectors, count);
        TensorCodec.encode(codec, left, count - vectors, payload, vectors);
    }

    private static int encodeBf16(float[] values, int count, byte[] payload) {
        int vectors = WIDEST.loopBound(count);
        for (int j = 0; j < vectors; j += WIDEST.length()) {
            var value = FloatVector.fromArray(WIDEST, values, j);
            var bits = value.reinterpretAsInts();
            var upper = bits.lanewise(VectorOperators.LSHR, Short.SIZE);
            // Half a unit, less one bit unless the result would be odd: ties go to even.
            var rounded =
                    bits.add(upper.and(1).add(BF16_HALF - 1))
                            .lanewise(VectorOperators.LSHR, Short.SIZE);
            var isNan = magnitudes(value).compare(VectorOperators.GT, F32_INFINITY);
            if (isNan.anyTrue()) {
                // The fraction of a NaN must not become zero: that would be an infinity.
                var isEmpty = upper.and(BF16_FRACTION).compare(VectorOperators.EQ, 0);
                rounded = rounded.blend(upper.blend(upper.or(BF16_QUIET), isEmpty), isNan);
            }
            ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0))
                    .reinterpretAsBytes()
                    .intoArray(payload, j * Short.BYTES);
        }
        return vectors;
    }

    @Override
    public int firstNan(float[] values) {
        int step = WIDEST.length();
        int vectors = WIDEST.loopBound(values.length);
        int j = 0;
        while (j < vectors) {
            var v = FloatVector.fromArray(WIDEST, values, j);
            if (v.compare(VectorOperators.NE, v).anyTrue()) { // only NaN differs from itself
                break;
            }
            j += step;
        }
        return rest.firstNan(values, j);
    }

    @Override
    public float measure(float[] values, int count, double[] sums) {
        int whole = count - count % LANES;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            var sum = DoubleVector.fromArray(DOUBLES, sums, lane);
            for (int j = lane; j < whole; j += LANES) {
                var value = load(values, j);
                sum = value.fma(value, sum);
            }
            sum.intoArray(sums, lane);
        }
        SquaredNorm.add(values, whole, count, sums);
        return largest(values, count);
    }

    private float largest(float[] values, int count) {
        int vectors = WIDEST.loopBound(count);
        var largest = IntVector.zero(INTS);
        for (int j = 0; j < vectors; j += WIDEST.length()) {
            largest = largest.max(magnitudes(FloatVector.fromArray(WIDEST, values, j)));
        }
        return Math.max(
                Float.intBitsToFloat(largest.reduceLanes(VectorOperators.MAX)),
                rest.largest(values, vectors, count));
    }

    /** As bits; they have the order of whole numbers, and NaN is above all of them. */
    private static IntVector magnitudes(FloatVector values) {
        return values.reinterpretAsInts().and(Integer.MAX_VALUE);
    }

    @Override
    public void addSquares(double[] values, double[] sums) {
        int whole = values.length - values.length % LANES;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            var sum = DoubleVector.fromArray(DOUBLES, sums, lane);
            for (int j = lane; j < whole; j += LANES) {
                var value = DoubleVector.fromArray(DOUBLES, values, j);
                sum = sum.add(value.mul(value));
            }
            sum.intoArray(sums, lane);
        }
        rest.addSquares(values, whole, sums);
    }

    @Override
    public void widen(float[] source, int from, int count, double[] target) {
        int vectors = DOUBLES.loopBound(count);
        for (int j = 0; j < vectors; j += WIDTH) {
            load(source, from + j).intoArray(target, j);
        }
        for (int j = vectors; j < count; j++) {
            target[j] = source[from + j];
        }
    }

    @Override
    public void narrow(double[] source, int count, float[] target, int at) {
        int vectors = DOUBLES.loopBound(count);
        for (int j = 0; j < vectors; j += WIDTH) {
            store(DoubleVector.fromArray(DOUBLES, source, j), target, at + j);
        }
        for (int j = vectors; j < count; j++) {
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
        int vectors = DOUBLES.loopBound(count);
        for (int j = 0; j < vectors; j += WIDTH) {
            DoubleVector.fromArray(DOUBLES, target, at + j)
                    .add(load(a, fromA + j).mul(forA))
                    .add(load(b, fromB + j).mul(forB))
                    .add(load(c, fromC + j).mul(forC))
                    .add(load(d, fromD + j).mul(forD))
                    .intoArray(target, at + j);
        }
        for (int j = vectors; j < count; j++) {
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
        int vectors = DOUBLES.loopBound(count);
        for (int j = 0; j < vectors; j += WIDTH) {
            DoubleVector.fromArray(DOUBLES, target, at + j)
                    .add(load(row, from + j).mul(coefficient))
                    .intoArray(target, at + j);
        }
        rest.add(row, from + vectors, coefficient, target, at + vectors, count - vectors);
    }

    @Override
    public void mean(float[][] rows, int first, int last, int count, double[] target, int at) {
        double n = last - first + 1;
        int vectors = DOUBLES.loopBound(count);
        for (int j = 0; j < vectors; j += WIDTH) {
            var sum = DoubleVector.zero(DOUBLES);
            for (int i = first; i <= last; i++) {
                sum = sum.add(load(rows[i], j));
            }
            sum.div(n).intoArray(target, at + j);
        }
        for (int j = vectors; j < count; j++) {
            double sum = 0;
            for (int i = first; i <= last; i++) {
                sum += rows[i][j];
            }
            target[at + j] = sum / n;
        }
    }

    @Override
    public void takeNearer(
            float[] lower, float[] upper, double[] points, float[] slots, int count) {
        int vectors = DOUBLES.loopBound(count);
        for (int j = 0; j < vectors; j += WIDTH) {
            var point = DoubleVector.fromArray(DOUBLES, points, j);
            var low = load(lower, j);
            var high = load(upper, j);
            var farther = point.sub(low).compare(VectorOperators.GT, high.sub(point));
            var infinite =
                    high.compare(VectorOperators.EQ, point)
                            .and(low.compare(VectorOperators.LT, point));
            store(load(slots, j).blend(high, farther.or(infinite)), slots, j);
        }
        rest.takeNearer(lower, upper, points, slots, vectors, count);
    }

    @Override
    public void addRounded(
            float[] row, int from, double scale, double[] target, int at, int count) {
        int vectors = DOUBLES.loopBound(count);
        for (int j = 0; j < vectors; j += WIDTH) {
            var scaled = load(row, from + j).mul(scale);
            var magnitude = scaled.abs();
            // Next to 2^52 there are no fractions: the addition rounds to nearest even.
            var rounded = magnitude.add(WHOLE).sub(WHOLE);
            var negative = scaled.compare(VectorOperators.LT, 0);
            var whole = magnitude.compare(VectorOperators.LT, WHOLE);
            var signed = rounded.blend(rounded.neg(), negative);
            DoubleVector.fromArray(DOUBLES, target, at + j)
                    .add(scaled.blend(signed, whole))
                    .intoArray(target, at + j);
        }
        rest.addRounded(row, from + vectors, scale, target, at + vectors, count - vectors);
    }

    @Override
    public void multiply(double[][] rows, int first, int second, int count, double[] sums) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            multiplyLanes(rows, first, second, count, sums, lane);
        }
    }

    /** Sixteen vectors of running sums are what the registers hold. */
    private static void multiplyLanes(
            double[][] rows, int first, int second, int count, double[] sums, int lane) {
        double[] a0 = rows[first];
        double[] a1 = rows[first + 1];
        double[] a2 = rows[first + 2];
        double[] a3 = rows[first + 3];
        double[] b0 = rows[second];
        double[] b1 = rows[second + 1];
        double[] b2 = rows[second + 2];
        double[] b3 = rows[second + 3];
        var s00 = DoubleVector.fromArray(DOUBLES, sums, lane);
        var s01 = DoubleVector.fromArray(DOUBLES, sums, lane + LANES);
        var s02 = DoubleVector.fromArray(DOUBLES, sums, lane + 2 * LANES);
        var s03 = DoubleVector.fromArray(DOUBLES, sums, lane + 3 * LANES);
        var s10 = DoubleVector.fromArray(DOUBLES, sums, lane + 4 * LANES);
        var s11 = DoubleVector.fromArray(DOUBLES, sums, lane + 5 * LANES);
        var s12 = DoubleVector.fromArray(DOUBLES, sums, lane + 6 * LANES);
        var s13 = DoubleVector.fromArray(DOUBLES, sums, lane + 7 * LANES);
        var s20 = DoubleVector.fromArray(DOUBLES, sums, lane + 8 * LANES);
        var s21 = DoubleVector.fromArray(DOUBLES, sums, lane + 9 * LANES);
        var s22 = DoubleVector.fromArray(DOUBLES, sums, lane + 10 * LANES);
        var s23 = DoubleVector.fromArray(DOUBLES, sums, lane + 11 * LANES);
        var s30 = DoubleVector.fromArray(DOUBLES, sums, lane + 12 * LANES);
        var s31 = DoubleVector.fromArray(DOUBLES, sums, lane + 13 * LANES);
        var s32 = DoubleVector.fromArray(DOUBLES, sums, lane + 14 * LANES);
        var s33 = DoubleVector.fromArray(DOUBLES, sums, lane + 15 * LANES);
        for (int j = lane; j < count; j += LANES) {
            var x0 = DoubleVector.fromArray(DOUBLES, b0, j);
            var x1 = DoubleVector.fromArray(DOUBLES, b1, j);
            var x2 = DoubleVector.fromArray(DOUBLES, b2, j);
            var x3 = DoubleVector.fromArray(DOUBLES, b3, j);
            var y = DoubleVector.fromArray(DOUBLES, a0, j);
            s00 = y.fma(x0, s00);
            s01 = y.fma(x1, s01);
            s02 = y.fma(x2, s02);
            s03 = y.fma(x3, s03);
            y = DoubleVector.fromArray(DOUBLES, a1, j);
            s10 = y.fma(x0, s10);
            s11 = y.fma(x1, s11);
            s12 = y.fma(x2, s12);
            s13 = y.fma(x3, s13);
            y = DoubleVector.fromArray(DOUBLES, a2, j);
            s20 = y.fma(x0, s20);
            s21 = y.fma(x1, s21);
            s22 = y.fma(x2, s22);
            s23 = y.fma(x3, s23);
            y = DoubleVector.fromArray(DOUBLES, a3, j);
            s30 = y.fma(x0, s30);
            s31 = y.fma(x1, s31);
            s32 = y.fma(x2, s32);
            s33 = y.fma(x3, s33);
        }
        s00.intoArray(sums, lane);
        s01.intoArray(sums, lane + LANES);
        s02.intoArray(sums, lane + 2 * LANES);
        s03.intoArray(sums, lane + 3 * LANES);
        s10.intoArray(sums, lane + 4 * LANES);
        s11.intoArray(sums, lane + 5 * LANES);
        s12.intoArray(sums, lane + 6 * LANES);
        s13.intoArray(sums, lane + 7 * LANES);
        s20.intoArray(sums, lane + 8 * LANES);
        s21.intoArray(sums, lane + 9 * LANES);
        s22.intoArray(sums, lane + 10 * LANES);
        s23.intoArray(sums, lane + 11 * LANES);
        s30.intoArray(sums, lane + 12 * LANES);
        s31.intoArray(sums, lane + 13 * LANES);
        s32.intoArray(sums, lane + 14 * LANES);
        s33.intoArray(sums, lane + 15 * LANES);
    }

    private static DoubleVector load(float[] values, int from) {
        return (DoubleVector)
                FloatVector.fromArray(FLOATS, values, from)
                        .convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    private static void store(DoubleVector values, float[] target, int at) {
        ((FloatVector) values.convertShape(VectorOperators.D2F, FLOATS, 0)).intoArray(target, at);
    }
}
