package io.tributary.schemas.update;

import io.tributary.schemas.codec.Codec;

/**
 * One chunk of a silo's delta (silo minus global), or of the sum of a region's weighted deltas.
 *
 * @param model name of the model line
 * @param id which upload of which round
 * @param chunk index in the model layout
 * @param codec how the payload is encoded
 * @param elements number of encoded values
 * @param crc32c CRC32C of the payload, as a signed 32-bit integer
 * @param squaredNorm sum of the squares of the decoded values
 * @param part which part of the chunk, from 0; only a sum in {@code F64} can have more than one,
 *     see {@link io.tributary.schemas.codec.SumCodec}
 * @param payload the encoded values, little-endian; never written to after construction
 */
public record UpdateChunk(
        String model,
        UpdateId id,
        int chunk,
        Codec codec,
        int elements,
        int crc32c,
        double squaredNorm,
        int part,
        byte[] payload) {

    /** A chunk of a silo's delta. */
    public UpdateChunk(
            String model,
            UpdateId id,
            int chunk,
            Codec codec,
            int elements,
            int crc32c,
            double squaredNorm,
            byte[] payload) {
        this(model, id, chunk, codec, elements, crc32c, squaredNorm, 0, payload);
    }

    /** The same chunk with its payload in another array, or without it. */
    public UpdateChunk withPayload(byte[] newPayload) {
        return new UpdateChunk(
                model, id, chunk, codec, elements, crc32c, squaredNorm, part, newPayload);
    }
}
