package io.tributary.cli.watch;

import java.util.Locale;

/** How far the open round is, as it shows from outside. */
public enum RoundPhase {
    /** Silos train and upload; the quorum is not complete. */
    TRAINING,
    /** The deadline has passed without a quorum, or the round was extended for that. */
    LATE,
    /** The quorum is complete; the rest is waited for, or nobody any more. */
    CLOSING,
    /** The round has closed, and its version is on its way. */
    PUBLISHING,
    /** No round is open. */
    IDLE;

    public static RoundPhase of(FederationSnapshot now) {
        var open = now.openRound();
        if (open == null) {
            return IDLE;
        }
        if (open.isClosed()) {
            return PUBLISHING;
        }
        if (Arrivals.of(now).quorumMillis() > 0) {
            return CLOSING;
        }
        boolean overdue =
                open.deadlineMillis().isPresent()
                        && open.deadlineMillis().getAsLong() < now.atMillis();
        return overdue || !open.extensions().isEmpty() ? LATE : TRAINING;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
