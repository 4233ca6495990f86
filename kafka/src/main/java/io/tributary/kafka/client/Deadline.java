package io.tributary.kafka.client;

import java.time.Duration;

/** The end of a wait. Measures elapsed time, so a clock that is set does not move it. */
final class Deadline {

    private static final Duration LONGEST_POLL = Duration.ofMillis(500);

    private final Duration timeout;
    private final long startNanos = System.nanoTime();

    private Deadline(Duration timeout) {
        this.timeout = timeout;
    }

    static Deadline in(Duration timeout) {
        return new Deadline(timeout);
    }

    boolean passed() {
        return remaining().isNegative();
    }

    /** How long to poll next. */
    Duration nextPoll() {
        var remaining = remaining();
        if (remaining.isNegative()) {
            return Duration.ZERO;
        }
        return remaining.compareTo(LONGEST_POLL) < 0 ? remaining : LONGEST_POLL;
    }

    private Duration remaining() {
        return timeout.minusNanos(System.nanoTime() - startNanos);
    }

    /** The wait from its start. */
    @Override
    public String toString() {
        return timeout.toMillis() + " ms";
    }
}
