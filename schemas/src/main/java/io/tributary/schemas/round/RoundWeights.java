package io.tributary.schemas.round;

import java.util.List;

/**
 * What a distance-based rule made of the exact Gram matrix of a round's updates: the combined delta
 * is the weighted sum of the mixed rows.
 *
 * @param model name of the model line
 * @param round round number
 * @param silos the cohort in silo-id order: the columns of the mixing matrix
 * @param rows rows after mixing; equal to the number of silos when there is no mixing
 * @param mixing {@code [rows x silos]}, row-major; empty when the rows are used as they are
 * @param weights one per row after mixing; empty when a coordinate-wise rule follows the mixing
 */
public record RoundWeights(
        String model, int round, List<String> silos, int rows, double[] mixing, double[] weights) {}
