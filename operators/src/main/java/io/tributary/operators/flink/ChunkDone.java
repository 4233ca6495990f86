package io.tributary.operators.flink;

/**
 * A chunk of a version has been made and sent to the models topic.
 *
 * @param model name of the model line
 * @param version version it was made for
 * @param chunk index in the layout
 * @param crc32c CRC32C of the published parameters
 * @param combinedSquaredNorm sum of squares of the combined delta
 */
public record ChunkDone(
        String model, int version, int chunk, int crc32c, double combinedSquaredNorm) {}
