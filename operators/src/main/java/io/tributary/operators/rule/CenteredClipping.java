package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * Centered clipping: the rows pull a centre, each over at most {@code tau}; the centre is kept for
 * the next round.
 *
 * <pre>
 * {@code v <- v + sum_i p_i (row_i - v) min(1, tau / |row_i - v|),  p_i = w_i / sum_j w_j}
 * </pre>
 *
 * <p>Source: Karimireddy et al., ICML 2021 (arXiv:2012.10333); from {@code v = 0} in the first
 * round, where the paper leaves the choice. A row moves the centre by at most {@code p_i tau} in a
 * step, so in one round no number of faulty rows takes it further than {@code iterations * tau}
 * from where it was. A step is one of gradient descent on the rows' Huber loss; at the fixed point,
 * the least loss, the breakdown point is 1/2 of the weight, and more than that can lead the centre
 * anywhere over the rounds. Cost: the Gram matrix with the centre as its last row, O(n^2 d), and
 * O(n^2) per step. An infinite row has no direction and does not pull; its weight still counts in
 * {@code p}.
 *
 * <pre>{@code centered-clipping(tau=1): [[0.5], [100]]  ->  [0.75]}</pre>
 *
 * @param tau how far from the centre a row is followed, in units of the rows
 * @param iterations steps
 */
record CenteredClipping(double tau, int iterations) implements LinearRule {

    CenteredClipping {
        checkArgument(
                tau > 0 && Double.isFinite(tau),
                "centered-clipping: tau must be above 0 and finite, got tau=%s",
                tau);
        checkArgument(
                iterations >= 1,
                "centered-clipping: iterations must be >= 1, got iterations=%s",
                iterations);
    }

    @Override
    public Kept keeps() {
        return Kept.CENTRE;
    }

    @Override
    public void check(int rows) {
        checkArgument(rows >= 1, "centered-clipping needs at least 1 row, got none");
    }

    @Override
    public Evidence evidence() {
        return Evidence.PRODUCTS;
    }

    @Override
    public boolean weighted() {
        return true;
    }

    @Override
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        double weights = 0;
        for (int i = 0; i < n; i++) {
            weights += cohort.weight(i);
        }
        var coefficients = new double[n + 1];
        coefficients[n] = 1;
        for (int t = 0; t < iterations; t++) {
            var centre = new AffinePoint(gram, coefficients);
            var pull = new double[n + 1];
            double sum = 0;
            for (int i = 0; i < n; i++) {
                // tau / 0 and tau / infinity are as they should be: all of it, and nothing
                double followed = Math.min(1, tau / centre.distance(i));
                pull[i] = cohort.weight(i) / weights * followed;
                sum += pull[i];
            }
            for (int i = 0; i <= n; i++) {
                pull[i] += (1 - sum) * coefficients[i];
            }
            coefficients = pull;
        }
        return Coefficients.of(coefficients);
    }
}
