package io.tributary.operators.privacy;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * What a sequence of versions with Gaussian noise can reveal of one silo, by Renyi differential
 * privacy. One round with noise multiplier {@code z} has RDP {@code alpha / (2 z^2)} at every order
 * {@code alpha}, rounds add up, and
 *
 * <pre>{@code
 * epsilon(delta) = min over alpha > 1 of  rho alpha + log(1/delta) / (alpha - 1)
 *                = rho + 2 sqrt(rho log(1/delta)),      rho = sum over rounds of 1 / (2 z^2)
 * }</pre>
 *
 * <p>The minimum is at {@code alpha = 1 + sqrt(log(1/delta) / rho)}, so that no grid of orders is
 * needed. This is the classic conversion, an upper bound: in the example below the exact curve of
 * the Gaussian mechanism is at 12.87 and 159.44; at an epsilon of a few units it can be a quarter
 * lower.
 *
 * <p>The silo is the unit: {@code epsilon} compares a federation with and without everything that
 * one silo has ever sent. Where the comparison is with a silo that sent something else, halve the
 * multiplier. It holds for who sees the published versions only; the updates on the log, their
 * norms, cosines and losses, and who was in the cohorts are outside. Every silo is taken to be in
 * every round: none is claimed to be safer because silos are sampled.
 *
 * <p>With an adaptive clipping norm, {@code z} is the multiplier of the rule, not the larger one
 * that its deltas get. A round then publishes two noisy numbers of each silo, its delta with {@code
 * z_deltas} and whether its norm was within the clip with {@code 2 sigma_b}. Gaussian mechanisms
 * compose to {@code z_deltas^-2 + (2 sigma_b)^-2}, and the rule chooses {@code z_deltas} such that
 * this is {@code z^-2}.
 *
 * <p>Source: Mironov, CSF 2017 (arXiv:1702.07476), propositions 1 and 3 and corollary 3; the closed
 * form is that of Bun and Steinke, TCC 2016 (arXiv:1605.02065), proposition 1.3.
 *
 * <pre>
 * {@code epsilon(1, 6, 1e-5) = 14.75,  epsilon(1, 200, 1e-5) = 167.86}
 * </pre>
 *
 * @param rho RDP so far, per order; at least 0, infinite once a version had no noise
 */
public record RdpAccountant(double rho) {

    /** Before the first version. */
    public static final RdpAccountant NOTHING_PUBLISHED = new RdpAccountant(0);

    public RdpAccountant {
        checkArgument(rho >= 0, "rho must be >= 0, got %s", rho);
    }

    /**
     * Epsilon after {@code rounds} versions of one noise multiplier.
     *
     * @param noiseMultiplier z, at least 0; 0 gives infinity unless there was no round
     * @param delta probability that is given up, in (0, 1); well below one over the number of silos
     */
    public static double epsilon(double noiseMultiplier, long rounds, double delta) {
        return NOTHING_PUBLISHED.after(noiseMultiplier, rounds).epsilon(delta);
    }

    /** After {@code rounds} more versions; plans may change the noise multiplier between them. */
    public RdpAccountant after(double noiseMultiplier, long rounds) {
        checkArgument(
                noiseMultiplier >= 0, "a noise multiplier must be >= 0, got %s", noiseMultiplier);
        checkArgument(rounds >= 0, "a number of rounds must be >= 0, got %s", rounds);
        return rounds == 0
                ? this
                : new RdpAccountant(rho + rounds / (2 * noiseMultiplier * noiseMultiplier));
    }

    /** The Renyi divergence at an order above 1. */
    public double rdp(double order) {
        checkArgument(order > 1, "an order must be > 1, got %s", order);
        return rho * order;
    }

    /**
     * The epsilon that holds together with {@code delta}.
     *
     * @param delta probability that is given up, in (0, 1)
     */
    public double epsilon(double delta) {
        checkArgument(delta > 0 && delta < 1, "delta must be in (0, 1), got %s", delta);
        return rho + 2 * Math.sqrt(rho * -Math.log(delta));
    }
}
