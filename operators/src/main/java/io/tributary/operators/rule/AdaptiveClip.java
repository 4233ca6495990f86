package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.spec.Spec;
import org.jspecify.annotations.Nullable;

/**
 * A clipping norm {@code C} that follows a quantile of the rows' norms: it grows while fewer of
 * them are within it than the quantile says, and shrinks while there are more.
 *
 * <pre>{@code
 * bit_i  = 1 if |row_i| <= C, else 0
 * b      = 1/2 + (sum_i (bit_i - 1/2) + N(0, sigma_b^2)) / m,   sigma_b = m / 20
 * C_next = C exp(-rate (b - quantile))
 * z_deltas = (z^-2 - (2 sigma_b)^-2)^(-1/2)
 * }</pre>
 *
 * <p>Source: Andrew et al., NeurIPS 2021 (arXiv:1905.03871), algorithm 1 and theorem 1: the deltas
 * with noise multiplier {@code z_deltas} and the bits with {@code sigma_b} cost together what the
 * deltas alone would with {@code z}. The theorem takes a silo's bit for one that moves the sum by
 * 1/2. That is true of the bits shifted to -1/2 and 1/2, where a missing silo is 0, and not of the
 * plain ones, so they are shifted; with all {@code m} silos there it is their plain mean.
 *
 * @param quantile share of the norms that should be within C, in [0, 1]
 * @param rate how fast C follows, in (0, 1]; the paper takes 0.2
 */
public record AdaptiveClip(double quantile, double rate) {

    public AdaptiveClip {
        checkArgument(
                quantile >= 0 && quantile <= 1,
                "dp-mean: quantile must be in [0, 1], got quantile=%s",
                quantile);
        checkArgument(rate > 0 && rate <= 1, "dp-mean: rate must be in (0, 1], got rate=%s", rate);
    }

    /** Reads its part of a rule's specification; null if the clipping norm is a fixed one. */
    static @Nullable AdaptiveClip of(Spec spec) {
        var adaptive = spec.text("adaptive", "false");
        checkArgument(
                adaptive.equals("true") || adaptive.equals("false"),
                "'%s': adaptive must be true or false, got '%s'",
                spec,
                adaptive);
        if (adaptive.equals("true")) {
            return new AdaptiveClip(spec.number("quantile", 0.5), spec.number("rate", 0.2));
        }
        checkArgument(
                !spec.has("quantile") && !spec.has("rate"),
                "'%s': quantile and rate belong to adaptive=true",
                spec);
        return null;
    }

    /** Standard deviation of the noise on the sum of the bits. */
    static double bitsDeviation(int planned) {
        return planned / 20.0;
    }

    /**
     * Noise multiplier that is left for the deltas; more than {@code noise}, because the bits have
     * their part of the budget.
     *
     * @throws IllegalArgumentException if the bits alone cost more than the budget
     */
    double noiseOfDeltas(double noise, int planned) {
        if (noise == 0) {
            return 0;
        }
        double ofBits = 2 * bitsDeviation(planned);
        checkArgument(
                noise < ofBits,
                "dp-mean(adaptive=true) needs noise < m/10 = %s for m = %s planned silos, got"
                        + " noise=%s: counting the norms alone would cost more; plan more silos,"
                        + " lower the noise, or use a fixed clip",
                ofBits,
                planned,
                noise);
        double ratio = noise / ofBits;
        return noise / Math.sqrt(1 - ratio * ratio);
    }

    /** The share of norms within the clipping norm, with noise. */
    double share(int within, int rows, int planned, double standardNormal) {
        double shifted = within - rows / 2.0;
        return 0.5 + (shifted + bitsDeviation(planned) * standardNormal) / planned;
    }

    /** The next clipping norm, within the range of the float32 values it is for. */
    double next(double norm, double share) {
        double next = norm * Math.exp(-rate * (share - quantile));
        return Math.min(Math.max(next, Float.MIN_NORMAL), Float.MAX_VALUE);
    }
}
