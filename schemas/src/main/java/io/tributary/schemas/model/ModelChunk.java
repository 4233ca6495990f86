package io.tributary.schemas.model;

import io.tributary.schemas.codec.Codec;

/**
 * One chunk of a model version.
 *
 * @param model name of the model line
 * @param version version this chunk was made for
 * @param chunk index in the layout
 * @param part 0 for the parameters as published; 1 and up, in a snapshot: the server optimizer's
 *     moments, the centre of a rule that keeps one, the {@linkplain ModelVersion#masterPart master}
 * @param codec how the payload is encoded
 * @param elements number of encoded values
 * @param crc32c CRC32C of the payload, as a signed 32-bit integer
 * @param payload the encoded values, little-endian; never written to after construction
 */
public record ModelChunk(
        String model,
        int version,
        int chunk,
        int part,
        Codec codec,
        int elements,
        int crc32c,
        byte[] payload) {}
