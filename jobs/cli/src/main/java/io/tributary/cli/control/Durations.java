package io.tributary.cli.control;

import java.time.Duration;
import org.apache.flink.util.TimeUtils;

/** Durations as the job's options have them. */
public final class Durations {

    private Durations() {}

    /**
     * Reads {@code 500 ms}, {@code 30 s} or {@code 5 min}; a bare number is milliseconds.
     *
     * @param name what it is for, in the message
     * @throws IllegalArgumentException if it cannot be read
     */
    public static Duration parse(String name, String text) {
        try {
            return TimeUtils.parseDuration(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s must be a duration such as 500 ms, 30 s or 5 min, got '%s'"
                            .formatted(name, text),
                    e);
        }
    }

    /** What was sent in milliseconds; as it stands, if it is no number. */
    public static String ofMillis(String millis) {
        try {
            return text(Duration.ofMillis(Long.parseLong(millis)));
        } catch (NumberFormatException e) {
            return millis;
        }
    }

    /** {@code 90 s}. */
    public static String text(Duration duration) {
        return TimeUtils.formatWithHighestUnit(duration);
    }
}
