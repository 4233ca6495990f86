package io.tributary.operators.rule;

import io.tributary.operators.kernel.RowSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes the combined delta of one piece of the model after another from what the first half has
 * decided: combines the rows, lets the rule keep its centre, adds noise and stretches the result.
 *
 * @param planned the rule the round was planned with; it says what is kept
 * @param applied the rule the weighing is of; another one if the planned rule had no answer
 * @param weighing what was decided for the whole model
 * @param round round number
 * @param noise where noise comes from; null where there is no secret
 */
public record PieceCombiner(
        AggregationRule planned,
        AggregationRule applied,
        Weighing weighing,
        int round,
        @Nullable NoiseSource noise) {

    /**
     * @throws IllegalStateException if noise is to be added and there is no secret to draw it with
     */
    public PieceCombiner {
        if (weighing.noiseDeviation() > 0 && noise == null) {
            throw new IllegalStateException(
                    "round %s is combined by %s, which adds noise, and there is no secret for it; set privacy.noise-secret to what it was"
                            .formatted(round, applied));
        }
    }

    /**
     * A combined piece.
     *
     * @param delta its combined delta, {@code [d]}
     * @param centre the piece of the centre to keep, {@code [d]}; null if the planned rule keeps
     *     none
     */
    public record Combined(double[] delta, float @Nullable [] centre) {}

    /**
     * Combines a piece.
     *
     * @param chunk which piece it is; noise is drawn anew for each
     * @param rows the piece of every row of the cohort
     * @param centre the piece of the centre; null before the first, and for rules without one
     * @param threads how many share the work, the caller's included
     */
    public Combined combine(int chunk, RowSource rows, float @Nullable [] centre, int threads) {
        boolean linear = weighing.coefficients() != null; // another rule does not know the centre
        var toCombine = linear ? planned.rowsToCombine(rows, centre) : rows;
        var delta = applied.combine(toCombine, weighing, threads);
        var kept = nextCentre(delta, centre);
        if (weighing.noiseDeviation() > 0) {
            noise.addTo(delta, weighing.noiseDeviation(), round, chunk);
        }
        for (int j = 0; j < delta.length; j++) {
            delta[j] *= weighing.factor();
        }
        return new Combined(delta, kept);
    }

    /** The rule's own result if it had one; else what was there, zeros in the beginning. */
    private float @Nullable [] nextCentre(double[] result, float @Nullable [] before) {
        if (planned.keeps() != Kept.CENTRE) {
            return null;
        }
        if (!applied.toString().equals(planned.toString())) {
            return before == null ? new float[result.length] : before;
        }
        var centre = new float[result.length];
        for (int j = 0; j < centre.length; j++) {
            centre[j] = (float) result[j];
        }
        return centre;
    }
}
