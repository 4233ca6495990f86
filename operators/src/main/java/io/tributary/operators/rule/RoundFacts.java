package io.tributary.operators.rule;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a round besides its cohort.
 *
 * @param round round number; what is drawn at random is drawn anew in each
 * @param planned silos the round was planned for, whoever came
 * @param scalars what the rule asked for at the end of the last round, see {@link
 *     Coefficients#scalars()}
 * @param noise where Gaussian noise comes from; null where there is no secret to draw it with
 */
public record RoundFacts(
        int round, int planned, Map<String, Double> scalars, @Nullable NoiseSource noise) {

    /** A first round in which every planned silo is there. */
    public static RoundFacts first(int rows) {
        return new RoundFacts(1, rows, Map.of(), null);
    }
}
