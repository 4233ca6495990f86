package io.tributary.cli.watch;

import java.util.List;

/**
 * How wide the columns of the silos are. What a narrow terminal has no room for is left out, bars
 * before figures.
 *
 * @param silo silo ids
 * @param bar step bar; 0 to leave out bar and steps
 * @param perplexity perplexity
 * @param trend its trend; 0 to leave it out
 */
record Columns(int silo, int bar, int perplexity, int trend) {

    /** The longest of what a silo may be doing. */
    static final int WORD = "downloading".length();

    static final int STEPS = "1000/1000".length();
    static final int SPEED = "tokens/s".length();

    static Columns in(int width, List<String> silos) {
        int longest = silos.stream().mapToInt(String::length).max().orElse(0);
        int silo = Math.max(4, Math.min(longest, width >= 100 ? 24 : 12));
        boolean narrow = width < 72;
        int perplexity = narrow ? 7 : "perplexity".length();
        int fixed = 1 + silo + 2 + WORD + 2 + SPEED + 2 + perplexity;
        int left = width - fixed - (1 + STEPS + 2) - 2;
        if (left < 8) {
            return new Columns(silo, 0, perplexity, 0);
        }
        int bar = Math.min(32, left / 2);
        int trend = Math.min(40, left - bar - 1);
        return new Columns(silo, bar, perplexity, trend >= 4 ? trend : 0);
    }

    boolean narrow() {
        return perplexity < "perplexity".length();
    }
}
