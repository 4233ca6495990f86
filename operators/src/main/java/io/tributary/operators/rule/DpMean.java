package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.spec.Spec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Differentially private mean: every row is shortened to a norm of at most {@code C}, the sum is
 * divided by the number {@code m} of silos the round was <em>planned</em> for, and Gaussian noise
 * hides what a single silo can have moved.
 *
 * <pre>{@code
 * combined = (sum_i min(1, C / |row_i|) row_i + N(0, (z C)^2 I)) / m
 * }</pre>
 *
 * <p>A silo that is there or not moves the sum by at most {@code C}, so the noise multiplier is
 * {@code z}; one that sends something else moves it by at most {@code 2 C}, which is a multiplier
 * of {@code z / 2}. Neither holds for other divisors: the size of the realised cohort changes with
 * a silo, and a weighted mean gives some silos more than {@code C / m}. So a missing silo counts as
 * a row of zeros, and weights must be equal. No step can stand before the rule, for it would let
 * one silo change what becomes of the rows of others.
 *
 * <p>What is protected, at the level of whole silos, is what follows from the combined delta and
 * the clipping norm alone: the published versions. The updates on the log, their norms, cosines and
 * losses, the coefficients, and who was in the cohort are outside. {@code
 * io.tributary.operators.privacy.RdpAccountant} tells what the noise is worth after how many
 * versions.
 *
 * <p>With {@code adaptive=true}, {@code C} follows a quantile of the norms, see {@link
 * AdaptiveClip}. The next round's {@code C} goes out, and comes in, as the scalar {@link
 * #CLIPPING_NORM}; {@code clip} is the first. It is private by its own noise, which {@code z}
 * includes.
 *
 * <p>A row of infinite norm counts as zeros. {@code f} faulty rows move the result by at most
 * {@code 2 f C / m}: bounded, not found out, so no number of them breaks it down within a round;
 * with {@code adaptive=true} they also change the next {@code C} by a factor of at most {@code
 * exp(rate f / m)} either way. Cost: the n norms, and one pass, O(n d).
 *
 * <p>Source: McMahan et al., ICLR 2018 (arXiv:1710.06963), algorithm 1 with the fixed-denominator
 * estimator; Andrew et al., NeurIPS 2021 (arXiv:1905.03871).
 *
 * <pre>
 * {@code clip = 5, noise = 0, m = 2, deltas = [[6, 8], [0, 1]]  ->  [1.5, 2.5]}
 * </pre>
 *
 * @param clip the clipping norm C, or the first one, above 0
 * @param noise the noise multiplier z, at least 0; 0 only clips and protects nothing
 * @param adaptive how C follows the norms; null for a fixed one
 */
public record DpMean(double clip, double noise, @Nullable AdaptiveClip adaptive)
        implements LinearRule {

    /** Name of the scalar that is the clipping norm of the next round. */
    public static final String CLIPPING_NORM = "clipping-norm";

    public DpMean {
        checkArgument(
                clip > 0 && Double.isFinite(clip), "dp-mean: clip must be > 0, got clip=%s", clip);
        checkArgument(
                noise >= 0 && Double.isFinite(noise),
                "dp-mean: noise must be >= 0, got noise=%s",
                noise);
    }

    static DpMean of(Spec spec) {
        spec.allow("clip", "noise", "adaptive", "quantile", "rate");
        return new DpMean(spec.number("clip", 1), spec.number("noise", 1), AdaptiveClip.of(spec));
    }

    @Override
    public void check(int rows) {}

    @Override
    public double noiseMultiplier() {
        return noise;
    }

    @Override
    public void checkPlanned(int silos) {
        if (adaptive != null) {
            adaptive.noiseOfDeltas(noise, silos);
        }
    }

    @Override
    public Evidence evidence() {
        return Evidence.NORMS;
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public String whyAlone() {
        return "bounds what one silo can move, and mixed or stretched rows break the bound";
    }

    @Override
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        int m = facts.planned();
        checkArgument(
                n <= m, "dp-mean: %s rows came for a round that was planned for %s silos", n, m);
        var source = facts.noise();
        checkArgument(
                noise == 0 || source != null,
                "dp-mean(noise=%s) has no secret to draw its noise with; configure one, or set"
                        + " noise=0, which protects nothing",
                noise);
        double norm = clippingNorm(facts);
        var values = new double[n];
        int within = 0;
        for (int i = 0; i < n; i++) {
            values[i] = Math.min(1, norm / gram.norm(i)) / m;
            within += gram.norm(i) <= norm ? 1 : 0;
        }
        if (adaptive == null) {
            return new Coefficients(values, new int[0], noise * norm / m, Map.of());
        }
        double ofDeltas = adaptive.noiseOfDeltas(noise, m);
        double standardNormal =
                source == null || noise == 0
                        ? 0
                        : source.scalar(
                                facts.round(),
                                "%s of %s norms, %s planned, within %s"
                                        .formatted(within, n, m, norm));
        double share = adaptive.share(within, n, m, standardNormal);
        return new Coefficients(
                values,
                new int[0],
                ofDeltas * norm / m,
                Map.of(CLIPPING_NORM, adaptive.next(norm, share)));
    }

    private double clippingNorm(RoundFacts facts) {
        double norm = adaptive == null ? clip : facts.scalars().getOrDefault(CLIPPING_NORM, clip);
        checkArgument(
                norm > 0 && Double.isFinite(norm),
                "dp-mean: %s must be above 0 and finite, got %s",
                CLIPPING_NORM,
                norm);
        return norm;
    }
}
