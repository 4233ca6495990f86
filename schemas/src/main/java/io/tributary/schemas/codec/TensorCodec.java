package io.tributary.schemas.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Converts between float values and their encoded little-endian bytes. Inputs are only read.
 *
 * <p>{@code F64} is refused: sums do not pass through floats.
 *
 * <p>Half-width codecs round to nearest even; values beyond their range become infinite, NaN stays
 * NaN.
 */
public final class TensorCodec {

    /** Half-width values pass through an array of this many floats, which stays in cache. */
    private static final int TILE = 1024;

    private TensorCodec() {}

    /** Encodes all remaining values of {@code values}; its position does not move. */
    public static byte[] encode(Codec codec, FloatBuffer values) {
        int elements = values.remaining();
        var payload = new byte[codec.encodedBytes(elements)];
        var source = values.duplicate();
        if (codec == Codec.F32) {
            littleEndian(payload).asFloatBuffer().put(source);
            return payload;
        }
        var tile = new float[Math.min(TILE, elements)];
        for (int first = 0; first < elements; first += TILE) {
            int count = Math.min(TILE, elements - first);
            source.get(tile, 0, count);
            switch (codec) {
                case BF16 -> Bf16.encode(tile, count, payload, first);
                case F16 -> F16.encode(tile, count, payload, first);
                default -> throw notForDeltas();
            }
        }
        return payload;
    }

    /** Encodes all values, in one pass over them. */
    public static byte[] encode(Codec codec, float[] values) {
        var payload = new byte[codec.encodedBytes(values.length)];
        switch (codec) {
            case F32 -> littleEndian(payload).asFloatBuffer().put(values);
            case BF16 -> Bf16.encode(values, values.length, payload, 0);
            case F16 -> F16.encode(values, values.length, payload, 0);
            case F64 -> throw notForDeltas();
        }
        return payload;
    }

    /**
     * Encodes the first {@code count} values to values {@code first, first + 1, ...} of a payload.
     *
     * @throws IndexOutOfBoundsException if there are not as many, or the payload has no room
     */
    public static void encode(Codec codec, float[] values, int count, byte[] payload, int first) {
        switch (codec) {
            case F32 -> littleEndian(payload).asFloatBuffer().put(first, values, 0, count);
            case BF16 -> Bf16.encode(values, count, payload, first);
            case F16 -> F16.encode(values, count, payload, first);
            case F64 -> throw notForDeltas();
        }
    }

    /**
     * Decodes {@code elements} values from {@code payload} into {@code target}, from {@code offset}
     * on.
     *
     * @throws IllegalArgumentException if the payload is not exactly {@code elements} values, or
     *     they do not fit
     */
    public static void decode(
            Codec codec, byte[] payload, int elements, float[] target, int offset) {
        requireLength(codec, payload, elements);
        requireRoom(elements, offset < 0 ? -1 : target.length - offset);
        switch (codec) {
            case F32 -> littleEndian(payload).asFloatBuffer().get(target, offset, elements);
            case BF16 -> Bf16.decode(payload, 0, elements, target, offset);
            case F16 -> F16.decode(payload, 0, elements, target, offset);
            case F64 -> throw notForDeltas();
        }
    }

    /**
     * Decodes the {@code count} values of a payload from value {@code first} on into {@code
     * target}, from {@code offset} on.
     *
     * @throws IllegalArgumentException if the payload does not have them, or they do not fit
     */
    public static void decode(
            Codec codec, byte[] payload, int first, int count, float[] target, int offset) {
        int elements = payload.length / codec.encodedBytes(1);
        if (first < 0 || count < 0 || count > elements - first) {
            throw new IllegalArgumentException(
                    "a payload of %s values in %s has no %s values from %s on"
                            .formatted(elements, codec.lowerCaseName(), count, first));
        }
        requireRoom(count, offset < 0 ? -1 : target.length - offset);
        switch (codec) {
            case F32 -> littleEndian(payload).asFloatBuffer().get(first, target, offset, count);
            case BF16 -> Bf16.decode(payload, first, count, target, offset);
            case F16 -> F16.decode(payload, first, count, target, offset);
            case F64 -> throw notForDeltas();
        }
    }

    /**
     * Decodes {@code elements} values into a buffer, from its position on, which does not move.
     *
     * @throws IllegalArgumentException if the payload is not exactly {@code elements} values, or
     *     they do not fit
     */
    public static void decode(Codec codec, byte[] payload, int elements, FloatBuffer target) {
        requireLength(codec, payload, elements);
        requireRoom(elements, target.remaining());
        var sink = target.duplicate();
        if (codec == Codec.F32) {
            sink.put(littleEndian(payload).asFloatBuffer());
            return;
        }
        var tile = new float[Math.min(TILE, elements)];
        for (int first = 0; first < elements; first += TILE) {
            int count = Math.min(TILE, elements - first);
            switch (codec) {
                case BF16 -> Bf16.decode(payload, first, count, tile, 0);
                case F16 -> F16.decode(payload, first, count, tile, 0);
                default -> throw notForDeltas();
            }
            sink.put(tile, 0, count);
        }
    }

    private static IllegalArgumentException notForDeltas() {
        return new IllegalArgumentException("F64 is for sums, not for deltas: see SumCodec");
    }

    private static void requireLength(Codec codec, byte[] payload, int elements) {
        if (payload.length != (long) codec.encodedBytes(1) * elements) {
            throw new IllegalArgumentException(
                    "payload has %s bytes, which is not %s values in %s"
                            .formatted(payload.length, elements, codec.lowerCaseName()));
        }
    }

    private static void requireRoom(int elements, int room) {
        if (elements > room) {
            throw new IllegalArgumentException(
                    "%s values do not fit into the target's %s"
                            .formatted(elements, Math.max(0, room)));
        }
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
