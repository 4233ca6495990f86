package io.tributary.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.function.Supplier;

/** Checks of options' values, before anything starts. */
final class Require {

    private Require() {}

    /**
     * @throws IllegalArgumentException if the value is smaller, naming the option
     */
    static void atLeast(int low, String option, double value) {
        if (!(value >= low)) {
            throw new IllegalArgumentException(
                    "%s must be at least %s, got %s".formatted(option, low, text(value)));
        }
    }

    /**
     * @throws IllegalArgumentException if the value is larger, naming the option
     */
    static void atMost(int high, String option, double value) {
        if (!(value <= high)) {
            throw new IllegalArgumentException(
                    "%s must be at most %s, got %s".formatted(option, high, text(value)));
        }
    }

    /**
     * @throws IllegalArgumentException if the value is not above 0 and below 1, naming the option
     */
    static void share(String option, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "%s must be above 0 and below 1, got %s".formatted(option, text(value)));
        }
    }

    /**
     * @throws IllegalArgumentException if nobody can listen at this port, naming the option
     */
    static void freePort(String option, int port) {
        atLeast(1, option, port);
        atMost(65_535, option, port);
        try {
            new ServerSocket(port).close();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s: port %s cannot be listened at (%s); choose another"
                            .formatted(option, port, e.getMessage()),
                    e);
        }
    }

    /**
     * Reads an option's text.
     *
     * @throws IllegalArgumentException what {@code read} says, behind the option's name
     */
    static <T> T parsed(String option, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static String text(double value) {
        return value == Math.rint(value) ? "%.0f".formatted(value) : String.valueOf(value);
    }
}
