package io.tributary.operators.round;

/**
 * A version that has been decided and does not exist for readers yet.
 *
 * @param version version number
 * @param clock learning-rate clock after it
 * @param sinceMillis when it was decided, or last published again
 * @param seed whether it is an earlier version that came back, and not made by a round
 */
public record Publication(int version, long clock, long sinceMillis, boolean seed) {

    Publication again(long nowMillis) {
        return new Publication(version, clock, nowMillis, seed);
    }
}
