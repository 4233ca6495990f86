package io.tributary.schemas.codec;

import io.tributary.schemas.model.ModelLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The sums that relays send, in {@link Codec#F64}. A full chunk of them does not fit one record, so
 * it travels in parts: part <i>p</i> has the values from <i>p</i> times {@link #PART_ELEMENTS} on.
 */
public final class SumCodec {

    /** Values of a part that is not the chunk's last. As float64 they take what a chunk may. */
    public static final int PART_ELEMENTS = ModelLayout.MAX_CHUNK_ELEMENTS / 2;

    /** Parts that a chunk can have. */
    public static final int MOST_PARTS = 2;

    private SumCodec() {}

    /** Parts of a chunk of so many values. */
    public static int parts(int elements) {
        return (elements + PART_ELEMENTS - 1) / PART_ELEMENTS;
    }

    /** First value of a part. */
    public static int first(int part) {
        return part * PART_ELEMENTS;
    }

    /** Values of a part of a chunk of so many values. */
    public static int elements(int part, int elements) {
        return Math.min(PART_ELEMENTS, elements - first(part));
    }

    /** Encodes {@code count} values from {@code first} on. */
    public static byte[] encode(double[] values, int first, int count) {
        var payload = new byte[Codec.F64.encodedBytes(count)];
        ByteBuffer.wrap(payload)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .put(values, first, count);
        return payload;
    }

    /**
     * Decodes a payload into {@code target}, from the beginning on.
     *
     * @throws IllegalArgumentException if the payload is not exactly {@code count} values, or they
     *     do not fit
     */
    public static void decode(byte[] payload, int count, double[] target) {
        if (payload.length != (long) Double.BYTES * count || count > target.length) {
            throw new IllegalArgumentException(
                    "payload has %s bytes, which is not %s values in f64 for an array of %s"
                            .formatted(payload.length, count, target.length));
        }
        ByteBuffer.wrap(payload)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .get(target, 0, count);
    }
}
