package io.tributary.operators.round;

/**
 * A version that has been decided and does not exist for readers yet.
 *
 * @param version version number
 * @param clock learning-rate clock after it
 * @param sinceMillis when it was decided, or last published again
 */
public record Publication(int version, long clock, long sinceMillis) {}
