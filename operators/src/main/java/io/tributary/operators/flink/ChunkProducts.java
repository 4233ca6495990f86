package io.tributary.operators.flink;

/**
 * The inner products of a closed round's rows, as far as one chunk goes.
 *
 * @param model name of the model line
 * @param version version to be made
 * @param chunk index in the layout
 * @param packed upper triangle with the diagonal, row by row
 */
public record ChunkProducts(String model, int version, int chunk, double[] packed) {}
