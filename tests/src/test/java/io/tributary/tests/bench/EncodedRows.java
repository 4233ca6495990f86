package io.tributary.tests.bench;

import io.tributary.operators.kernel.RowSource;
import io.tributary.schemas.codec.Codec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rows that are decoded where they are read.
 *
 * @param codec F32 or BF16
 * @param payloads one per row
 * @param length values in each
 */
record EncodedRows(Codec codec, byte[][] payloads, int length) implements RowSource {

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    @Override
    public int rows() {
        return payloads.length;
    }

    @Override
    public void read(int row, int from, int count, float[] target) {
        var payload = payloads[row];
        switch (codec) {
            case F32 ->
                    ByteBuffer.wrap(payload)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer()
                            .get(from, target, 0, count);
            case BF16 -> {
                for (int j = 0; j < count; j++) {
                    short upper = (short) SHORT.get(payload, (from + j) * Short.BYTES);
                    target[j] = Float.intBitsToFloat(upper << Short.SIZE);
                }
            }
            case F16 -> throw new IllegalArgumentException("no decoder for " + codec);
        }
    }
}
