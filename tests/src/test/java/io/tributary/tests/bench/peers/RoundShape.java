package io.tributary.tests.bench.peers;

/**
 * What every contender is given: so many float32 values from so many silos, in so many rounds that
 * count, after one that does not.
 *
 * @param seed root of everything random
 */
public record RoundShape(long parameters, int silos, int rounds, long seed) {

    /** Rounds that come first and do not count. */
    public static final int WARM_UP_ROUNDS = 1;

    public long modelBytes() {
        return parameters * Float.BYTES;
    }

    /** Of the updates of a round, without what a format adds. */
    public long updateBytes() {
        return modelBytes() * silos;
    }

    public int allRounds() {
        return WARM_UP_ROUNDS + rounds;
    }
}
