package io.tributary.operators.round;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.schemas.round.RoundPlan;
import java.util.Arrays;

/**
 * How long a round with a quorum waits for the rest: until {@code median + factor * MAD} of the
 * times at which updates have arrived, but within hard bounds. MAD is the median distance from the
 * median, unscaled. A cohort that comes close together is not kept waiting for one that is far
 * behind, and one that is spread out gets the time it needs.
 *
 * <p>Arrivals are broker append times. What counts is how far that moment lies behind the update
 * that made the quorum, a difference of append times: when the round opened cancels out, and the
 * job's clock, and how late it reads, have no part in it.
 *
 * <p>Only those who came are seen, the faster part of the cohort, so that the factor has to be the
 * larger the smaller the quorum is. The last of twenty normally distributed arrivals is 2.8 MAD
 * behind the median of all, 4.5 behind that of the first fifteen by theirs, and 7.2 behind that of
 * the first ten (medians of 4000 simulated rounds; in one of ten it is 7.7 and 13.5).
 *
 * <pre>{@code factor = 3, quorum = 4, arrivals = 0, 10, 20, 40 s  ->  15 + 3 * 10 - 40 = 5 s}</pre>
 *
 * @param minMillis lower bound
 * @param maxMillis upper bound
 * @param factor how many MAD behind the median; 0 for the upper bound, whatever came when
 */
record AdaptiveGrace(long minMillis, long maxMillis, double factor) {

    /**
     * @throws IllegalArgumentException if the bounds are not in order or the factor is not finite
     */
    AdaptiveGrace {
        checkArgument(maxMillis >= 0, "grace must be >= 0 ms, got %s", maxMillis);
        checkArgument(
                minMillis >= 0 && minMillis <= maxMillis,
                "the least grace must be 0 ms to the grace (%s ms), got %s ms",
                maxMillis,
                minMillis);
        checkArgument(
                factor >= 0 && Double.isFinite(factor),
                "grace factor must be >= 0 and finite, got %s",
                factor);
    }

    static AdaptiveGrace of(RoundPlan plan) {
        return new AdaptiveGrace(plan.graceMinMillis(), plan.graceMillis(), plan.graceFactor());
    }

    /**
     * How long to wait, from when the quorum was noticed.
     *
     * @param arrivals broker append times of the accepted updates, epoch milliseconds, in any order
     * @param quorum how many of them made the quorum, from 1
     */
    long millis(long[] arrivals, int quorum) {
        if (factor == 0) {
            return maxMillis;
        }
        var behindQuorum = new double[arrivals.length];
        var sorted = arrivals.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            behindQuorum[i] = sorted[i] - sorted[quorum - 1];
        }
        double median = median(behindQuorum);
        var distances = new double[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            distances[i] = Math.abs(behindQuorum[i] - median);
        }
        long grace = (long) Math.ceil(median + factor * median(distances)); // saturates
        return Math.max(minMillis, Math.min(maxMillis, grace));
    }

    /** The midpoint of the two in the middle of an even number. */
    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
