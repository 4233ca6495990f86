package io.tributary.cli.demo;

import io.tributary.operators.round.Pace;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the rounds of a demo follow each other.
 *
 * @param mode {@code synchronous}, {@code asynchronous} or {@code overlapped}
 * @param quorum updates that a version needs; 0 for all silos, or all but one in asynchronous mode
 * @param grace how long to wait for the rest after the quorum; null for the job's default
 * @param foldsLate whether an update that comes after its round counts in a later one; always so in
 *     asynchronous mode
 * @param stalenessLimit how many rounds later a late update is still taken
 * @param stalenessExponent an update that is {@code s} rounds late has its weight divided by {@code
 *     (1 + s)} to this power
 */
public record DemoPace(
        Pace.Mode mode,
        int quorum,
        @Nullable Duration grace,
        boolean foldsLate,
        int stalenessLimit,
        double stalenessExponent) {

    /** Rounds one after the other, all silos in each. */
    public static final DemoPace SYNCHRONOUS =
            new DemoPace(Pace.Mode.SYNCHRONOUS, 0, null, false, 8, 0.5);

    /**
     * @throws IllegalArgumentException naming the first option that cannot work
     */
    public DemoPace {
        check(quorum >= 0, "--quorum must be at least 0, got " + quorum);
        check(
                grace == null || !grace.isNegative(),
                "--grace must not be negative, got %s".formatted(grace));
        check(
                grace == null || mode != Pace.Mode.ASYNCHRONOUS,
                "--mode asynchronous never waits after the quorum; leave out --grace");
        check(
                stalenessLimit >= 1 && stalenessLimit <= 64,
                "--staleness-limit must be 1 to 64, got " + stalenessLimit);
        check(
                stalenessExponent >= 0 && stalenessExponent <= 10,
                "--staleness-exponent must be 0 to 10, got " + stalenessExponent);
    }

    /**
     * Updates that a version needs.
     *
     * @throws IllegalArgumentException if there are fewer silos than that
     */
    public int quorumOf(int silos) {
        check(
                quorum <= silos,
                "--quorum %s cannot be reached by %s silos".formatted(quorum, silos));
        if (quorum > 0) {
            return quorum;
        }
        return mode == Pace.Mode.ASYNCHRONOUS ? Math.max(1, silos - 1) : silos;
    }

    /** Adds what the job has to know. */
    void describe(Map<String, String> job, int silos) {
        job.put("round.mode", mode.toString());
        job.put("round.quorum", String.valueOf(quorumOf(silos)));
        if (grace != null) {
            job.put("round.grace", grace.toMillis() + " ms");
        }
        if (foldsLate || mode == Pace.Mode.ASYNCHRONOUS) {
            job.put("round.late", "fold");
            job.put("round.staleness-limit", String.valueOf(stalenessLimit));
            job.put("round.staleness-exponent", String.valueOf(stalenessExponent));
        }
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
