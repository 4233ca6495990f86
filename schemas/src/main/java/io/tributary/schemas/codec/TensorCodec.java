package io.tributary.schemas.codec;

import java.nio.FloatBuffer;

/** Converts between float values and their encoded little-endian bytes. */
public final class TensorCodec {

    private TensorCodec() {}

    /** Encodes all remaining values of {@code values}; its position does not move. */
    public static byte[] encode(Codec codec, FloatBuffer values) {
        throw new UnsupportedOperationException("under construction: " + codec + values);
    }

    /** Decodes {@code elements} values from the start of {@code payload} into {@code target}. */
    public static void decode(
            Codec codec, byte[] payload, int elements, float[] target, int offset) {
        throw new UnsupportedOperationException(
                "under construction: "
                        + codec
                        + payload.length
                        + elements
                        + target.length
                        + offset);
    }

    /** Decodes {@code elements} values into a buffer, from its position on, which does not move. */
    public static void decode(Codec codec, byte[] payload, int elements, FloatBuffer target) {
        throw new UnsupportedOperationException(
                "under construction: " + codec + payload.length + elements + target);
    }
}
