package io.tributary.cli.pace;

import io.tributary.cli.demo.DemoPace;
import io.tributary.operators.round.Pace;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A way in which rounds follow each other, as one of those that are compared. */
public enum Arm {
    /** Synchronous rounds; every round waits for the slow silo. */
    WAIT("synchronous, waits for all"),
    /** Synchronous rounds; a round closes without the slow silo, and drops what it trains. */
    DROP("synchronous, drops the slow one"),
    /** A version for all updates but one, whatever version they were trained from. */
    ASYNCHRONOUS("asynchronous"),
    /** Silos train on while their last updates are being combined; all are waited for. */
    OVERLAPPED("overlapped, waits for all");

    /** Long enough for silos of one speed, much shorter than a slow silo needs. */
    private static final Duration GRACE = Duration.ofMillis(500);

    /** Above any factor by which a silo may be slow here, so that nothing it trains is lost. */
    private static final int STALENESS_LIMIT = 64;

    private final String title;

    Arm(String title) {
        this.title = title;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** As it is written on a command line and in a report. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException if there is no such arm, naming those there are
     */
    public static Arm parse(String text) {
        return Arrays.stream(values())
                .filter(arm -> arm.toString().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no '%s'; there are %s"
                                                .formatted(
                                                        text,
                                                        Arrays.stream(values())
                                                                .map(Arm::toString)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }

    /**
     * @param silos at least 2
     * @param stalenessExponent of the discount of late updates
     */
    DemoPace pace(int silos, double stalenessExponent) {
        boolean late = this == ASYNCHRONOUS;
        return new DemoPace(
                switch (this) {
                    case WAIT, DROP -> Pace.Mode.SYNCHRONOUS;
                    case ASYNCHRONOUS -> Pace.Mode.ASYNCHRONOUS;
                    case OVERLAPPED -> Pace.Mode.OVERLAPPED;
                },
                updates(silos),
                this == DROP ? GRACE : null,
                late,
                STALENESS_LIMIT,
                stalenessExponent);
    }

    /** Updates that a version needs. */
    int updates(int silos) {
        return this == DROP || this == ASYNCHRONOUS ? silos - 1 : silos;
    }

    /**
     * Versions that hold as many updates as so many rounds of all silos do, or a few more.
     *
     * @param silos at least 2
     */
    int versions(int rounds, int silos) {
        return (rounds * silos + updates(silos) - 1) / updates(silos);
    }
}
