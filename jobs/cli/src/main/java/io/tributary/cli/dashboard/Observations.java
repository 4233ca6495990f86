package io.tributary.cli.dashboard;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is seen of a federation, as it changes. Thread-safe. */
interface Observations {

    /** What was seen last; empty while the log is being read for the first time. */
    Optional<Observation> newest();

    /** Waits for another observation than this one, at most this long; returns what there is. */
    Optional<Observation> awaitOther(@Nullable Observation known, Duration timeout)
            throws InterruptedException;
}
