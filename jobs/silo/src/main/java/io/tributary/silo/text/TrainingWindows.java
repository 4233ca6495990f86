package io.tributary.silo.text;

import io.tributary.silo.random.SplitMix64;

/**
 * Draws training windows without replacement: an epoch goes through the whole text once, in a
 * random order, cut at a random phase. What the n-th draw is depends on n, the seed and the silo
 * alone, so a silo that is killed and started again draws what it would have drawn.
 *
 * <p>Not thread-safe.
 */
public final class TrainingWindows {

    private final TokenArray tokens;
    private final int length;
    private final long seed;
    private final long silo;
    private final int perEpoch;
    private long epoch = -1;
    private int phase;
    private int[] order = {};

    TrainingWindows(TokenArray tokens, int length, long seed, String silo) {
        this.tokens = tokens;
        this.length = length;
        this.seed = seed;
        this.silo = SplitMix64.key(silo);
        this.perEpoch = tokens.size() / length - 1; // leaves room for any phase and the last target
    }

    /** Windows in an epoch. */
    public int perEpoch() {
        return perEpoch;
    }

    /**
     * Some consecutive draws.
     *
     * @param first number of the first draw, from 0
     * @return {@code [count][length + 1]} token ids
     */
    public int[][] draw(long first, int count) {
        var windows = new int[count][];
        for (int i = 0; i < count; i++) {
            windows[i] = draw(first + i);
        }
        return windows;
    }

    private int[] draw(long number) {
        enterEpoch(number / perEpoch);
        int window = order[(int) (number % perEpoch)];
        return tokens.slice(phase + window * length, length + 1);
    }

    private void enterEpoch(long wanted) {
        if (epoch != wanted) {
            var random = SplitMix64.keyed(seed, silo, wanted);
            phase = random.nextInt(length);
            order = random.permutation(perEpoch);
            epoch = wanted;
        }
    }
}
