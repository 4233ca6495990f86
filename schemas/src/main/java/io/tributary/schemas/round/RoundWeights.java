package io.tributary.schemas.round;

import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.update.UpdateId;
import java.util.List;

/**
 * What a rule made of the norms or the exact Gram matrix of a round's updates. Every chunk of the
 * version is combined by it: as {@code factor * (sum_i coefficients_i row_i + noise)}, or by a
 * coordinate-wise rule on the mixed rows.
 *
 * @param model name of the model line
 * @param round round number
 * @param rule the rule that was applied
 * @param silos the cohort in silo-id order
 * @param uploads which upload of each silo was weighed
 * @param measured whether the chunks' inner products were asked for; weights that need none reach
 *     the chunks with the close
 * @param coefficients of a linear rule: one per silo, and one more for the centre if the rule keeps
 *     one; empty when a coordinate-wise rule follows
 * @param rows rows a coordinate-wise rule works on; 0 after a linear rule
 * @param mixing {@code [rows x silos]}, row-major, or only the diagonal of a diagonal one; empty
 *     when a coordinate-wise rule works on the updates as they are
 * @param weights of the rows a coordinate-wise rule works on; empty after a linear rule
 * @param factor what the combined delta is multiplied by at last
 * @param selected indices of the rows that a selecting rule has kept, after any mixing before it;
 *     empty for other rules
 * @param noiseDeviation standard deviation of the Gaussian noise added to every value; 0 for none
 * @param measurements what the rule hands to the next round
 * @param note why the plan's rule was not applied, for people; empty if it was
 */
public record RoundWeights(
        String model,
        int round,
        String rule,
        List<String> silos,
        List<UpdateId> uploads,
        boolean measured,
        double[] coefficients,
        int rows,
        double[] mixing,
        double[] weights,
        double factor,
        int[] selected,
        double noiseDeviation,
        List<Measurement> measurements,
        String note) {}
