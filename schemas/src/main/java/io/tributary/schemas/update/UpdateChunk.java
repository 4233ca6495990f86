package io.tributary.schemas.update;

import io.tributary.schemas.codec.Codec;

/**
 * One chunk of a silo's delta (silo minus global).
 *
 * @param model name of the model line
 * @param id which upload of which round
 * @param chunk index in the model layout
 * @param codec how the payload is encoded
 * @param elements number of encoded values
 * @param crc32c CRC32C of the payload, as a signed 32-bit integer
 * @param squaredNorm sum of the squares of the decoded values
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
        byte[] payload) {}
