package io.tributary.operators.round;

import static io.tributary.operators.Preconditions.checkArgument;

import java.io.Serializable;
import java.util.Locale;

/**
 * How rounds follow each other, and what becomes of an update that comes after its round.
 *
 * @param mode whether rounds wait for each other
 * @param stalenessLimit how many rounds later than its own an update is still taken; 0 if late
 *     updates are dropped
 * @param stalenessExponent the weight of an update that is {@code s} rounds late is multiplied by
 *     {@code (1 + s)^-stalenessExponent}; 0.5 is the discount of FedBuff (Nguyen et al.,
 *     arXiv:2106.06639), other exponents the polynomial one of FedAsync (Xie et al.,
 *     arXiv:1903.03934)
 */
public record Pace(Mode mode, int stalenessLimit, double stalenessExponent)
        implements Serializable {

    /** Rounds one after the other, late updates dropped. */
    public static final Pace SYNCHRONOUS = new Pace(Mode.SYNCHRONOUS, 0, 0);

    /** Most rounds that an update may be late: its rows are kept that long. */
    public static final int LONGEST = 64;

    /** Whether rounds wait for each other. */
    public enum Mode {
        /** A round starts from the version that the round before has made. */
        SYNCHRONOUS,
        /**
         * A version for every quorum of updates, whatever versions they were trained from: a silo
         * is never waited for once the quorum is there, and what it trained is taken when it comes.
         */
        ASYNCHRONOUS,
        /**
         * A round starts when the one before has closed, from the version before that one: silos
         * train while their last updates are being combined.
         */
        OVERLAPPED;

        /**
         * @throws IllegalArgumentException if there is no such mode
         */
        public static Mode parse(String text) {
            for (var mode : values()) {
                if (mode.toString().equals(text)) {
                    return mode;
                }
            }
            throw new IllegalArgumentException(
                    "mode must be synchronous, asynchronous or overlapped, got '%s'"
                            .formatted(text));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @throws IllegalArgumentException if a bound is out of its range, or nothing late is taken in
     *     a mode that is about nothing else
     */
    public Pace {
        checkArgument(
                stalenessLimit >= 0 && stalenessLimit <= LONGEST,
                "staleness limit must be 0 to %s rounds, got %s",
                LONGEST,
                stalenessLimit);
        checkArgument(
                stalenessExponent >= 0 && stalenessExponent <= 10,
                "staleness exponent must be 0 to 10, got %s",
                stalenessExponent);
        checkArgument(
                mode != Mode.ASYNCHRONOUS || stalenessLimit >= 1,
                "asynchronous rounds take late updates: the staleness limit must be at least 1,"
                        + " got %s",
                stalenessLimit);
    }

    boolean overlaps() {
        return mode == Mode.OVERLAPPED;
    }

    /** Rounds that silos may be at work on ahead of the one that is being combined. */
    public int ahead() {
        return overlaps() ? 1 : 0;
    }

    /** How many rounds before the newest version updates are still of use, or read once more. */
    public int reach() {
        return stalenessLimit + ahead();
    }

    /**
     * What the weight of an update is multiplied by.
     *
     * @param staleness rounds that it is late, from 0
     */
    public static double discount(int staleness, double exponent) {
        return StrictMath.pow(1.0 + staleness, -exponent);
    }
}
