package io.tributary.schemas.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** bfloat16: sign, 8 exponent bits and 7 fraction bits, the upper half of a binary32. */
final class Bf16 {

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Bf16() {}

    /** Encodes {@code count} values to elements {@code first, first + 1, ...} of a payload. */
    static void encode(float[] values, int count, byte[] payload, int first) {
        for (int i = 0; i < count; i++) {
            SHORT.set(payload, (first + i) * Short.BYTES, fromFloat(values[i]));
        }
    }

    /** Decodes elements {@code first, first + 1, ...} of a payload. */
    static void decode(byte[] payload, int first, int count, float[] target, int offset) {
        int i = 0;
        for (; i < count - 1; i += 2) { // half as many reads
            int pair = (int) INT.get(payload, (first + i) * Short.BYTES);
            target[offset + i] = Float.intBitsToFloat(pair << 16);
            target[offset + i + 1] = Float.intBitsToFloat(pair & 0xFFFF_0000);
        }
        if (i < count) {
            target[offset + i] = toFloat((short) SHORT.get(payload, (first + i) * Short.BYTES));
        }
    }

    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (value != value) {
            int upper = bits >>> 16;
            // The fraction of a NaN must not become zero: that would be an infinity.
            return (short) ((upper & 0x7F) == 0 ? upper | 0x40 : upper);
        }
        // Half a unit, less one bit unless the result would be odd: ties go to even. A carry out
        // of the largest fraction raises the exponent, at last to infinity, as it should.
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    static float toFloat(short value) {
        return Float.intBitsToFloat(value << 16);
    }
}
