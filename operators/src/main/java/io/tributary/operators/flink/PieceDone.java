package io.tributary.operators.flink;

import io.tributary.schemas.update.UpdateId;

/**
 * A piece of a relay's update has been made and sent to the parent.
 *
 * @param model name of the model line
 * @param id which upload it is of
 * @param chunk index in the layout
 * @param part which part of the chunk
 * @param parts how many there are
 * @param crc32c CRC32C of the payload
 * @param squaredNorm sum of the squares of its values
 */
public record PieceDone(
        String model,
        UpdateId id,
        int chunk,
        int part,
        int parts,
        int crc32c,
        double squaredNorm) {}
