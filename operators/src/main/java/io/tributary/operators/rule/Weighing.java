package io.tributary.operators.rule;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rule has made of a cohort, once for the whole model; every chunk is combined by it.
 *
 * <p>A linear rule leaves {@code coefficients}: {@code combined = factor * (sum_i coefficients_i
 * row_i + noise)}. A coordinate-wise rule leaves {@code mixing} and {@code weights}: it works on
 * {@code mixing * rows} (on the rows themselves if there is no mixing), and {@code factor} is
 * multiplied to its result.
 *
 * @param coefficients one per row, and one more for a centre; null before a coordinate-wise rule
 * @param mixing rows that a coordinate-wise rule sees, as combinations of the cohort's; null for
 *     the cohort's own
 * @param weights weights of the rows that a coordinate-wise rule sees; null for a linear rule
 * @param factor what the result is multiplied by
 * @param selected indices of the rows a selecting rule has kept, after any mixing; else empty
 * @param noiseDeviation standard deviation of the noise to add to every coordinate; 0 for none
 * @param scalars what to remember for the next round
 */
public record Weighing(
        double @Nullable [] coefficients,
        @Nullable Mixing mixing,
        double @Nullable [] weights,
        double factor,
        int[] selected,
        double noiseDeviation,
        Map<String, Double> scalars) {}
