package io.tributary.schemas.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** IEEE 754 binary16: sign, 5 exponent bits (bias 15), 10 fraction bits. */
final class F16 {

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    /** Fraction bits that binary32 has more. */
    private static final int EXTRA_BITS = 13;

    /** Difference of the exponent biases, in the place of a binary32 exponent. */
    private static final int BIAS = (127 - 15) << 23;

    private static final int INFINITY = 0x7C00;
    private static final int FRACTION = 0x03FF;
    private static final int QUIET = 0x0200;

    private static final int F32_INFINITY = 0x7F80_0000;
    private static final int F32_MAGNITUDE = 0x7FFF_FFFF;

    /** Bits of 2^16: from here on everything rounds to infinity. */
    private static final int OVERFLOW = 0x4780_0000;

    /** Bits of 2^-14, the smallest normal value. */
    private static final int SMALLEST_NORMAL = 0x3880_0000;

    private F16() {}

    /** Encodes {@code count} values to elements {@code first, first + 1, ...} of a payload. */
    static void encode(float[] values, int count, byte[] payload, int first) {
        for (int i = 0; i < count; i++) {
            SHORT.set(payload, (first + i) * Short.BYTES, fromFloat(values[i]));
        }
    }

    /** Decodes elements {@code first, first + 1, ...} of a payload. */
    static void decode(byte[] payload, int first, int count, float[] target, int offset) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = toFloat((short) SHORT.get(payload, (first + i) * Short.BYTES));
        }
    }

    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        return (short) (sign | magnitude(bits & F32_MAGNITUDE));
    }

    private static int magnitude(int bits) {
        if (bits >= OVERFLOW) {
            if (bits <= F32_INFINITY) {
                return INFINITY;
            }
            int fraction = (bits >>> EXTRA_BITS) & FRACTION;
            // The fraction of a NaN must not become zero: that would be an infinity.
            return INFINITY | (fraction == 0 ? QUIET : fraction);
        }
        if (bits < SMALLEST_NORMAL) {
            // Next to one half, binary32 is spaced like binary16's subnormals, by 2^-24: the
            // addition rounds to nearest even for us.
            return Float.floatToRawIntBits(Float.intBitsToFloat(bits) + 0.5f)
                    - Float.floatToRawIntBits(0.5f);
        }
        // Half a unit, less one bit unless the result would be odd: ties go to even. A carry out
        // of the largest fraction raises the exponent, at last to infinity, as it should.
        int rounded = bits + 0x0FFF + ((bits >>> EXTRA_BITS) & 1);
        return (rounded - BIAS) >>> EXTRA_BITS;
    }

    static float toFloat(short value) {
        int magnitude = value & 0x7FFF;
        int bits;
        if (magnitude <= FRACTION) {
            // Subnormals are common in deltas; binary32 subnormals would be slow.
            bits = Float.floatToRawIntBits(magnitude * 0x1p-24f);
        } else if (magnitude < INFINITY) {
            bits = (magnitude << EXTRA_BITS) + BIAS;
        } else {
            bits = magnitude << EXTRA_BITS | F32_INFINITY;
        }
        return Float.intBitsToFloat(bits | (value & 0x8000) << 16);
    }
}
