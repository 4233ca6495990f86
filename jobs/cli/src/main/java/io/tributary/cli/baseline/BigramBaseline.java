package io.tributary.cli.baseline;

import java.util.Arrays;
import java.util.List;

/**
 * How often a token follows another, interpolated with {@link UnigramBaseline} by Witten and Bell's
 * rule: a context that was followed by many different tokens will be followed by new ones again.
 *
 * <p>Source: Witten and Bell, IEEE Transactions on Information Theory 37(4), 1991, method C, in the
 * interpolated form of Chen and Goodman (1998), section 2.4.
 *
 * <pre>{@code
 * P(t | h) = (c(h t) + T(h) P(t)) / (c(h) + T(h))
 *
 * c(h t)  how often t follows h
 * c(h)    how often anything follows h
 * T(h)    how many different tokens follow h
 *
 * V = 3, documents = [[0, 1, 0, 2, 0, 1]]  ->  P(1 | 0) = (2 + 2 * 1/3) / (3 + 2) = 8/15
 * }</pre>
 */
public final class BigramBaseline implements Baseline {

    private final UnigramBaseline unigram;

    /**
     * {@code [vocabulary + 1]}: the followers of {@code h} are at {@code [h]} to {@code [h + 1]}.
     */
    private final int[] starts;

    /** Distinct followers, ascending within each context. */
    private final int[] followers;

    /** Of each follower: how often it follows. */
    private final int[] counts;

    /** {@code [vocabulary]}: how often anything follows. */
    private final long[] totals;

    private BigramBaseline(
            UnigramBaseline unigram, int[] starts, int[] followers, int[] counts, long[] totals) {
        this.unigram = unigram;
        this.starts = starts;
        this.followers = followers;
        this.counts = counts;
        this.totals = totals;
    }

    /**
     * @param documents token ids in {@code [0, vocabulary)}; no pair spans two documents
     * @throws IllegalArgumentException if an id is outside, or {@code vocabulary < 1}
     */
    public static BigramBaseline train(List<int[]> documents, int vocabulary) {
        var unigram = UnigramBaseline.train(documents, vocabulary);
        long[] pairs = sortedPairs(documents, vocabulary);

        var starts = new int[vocabulary + 1];
        var followers = new int[pairs.length];
        var counts = new int[pairs.length];
        var totals = new long[vocabulary];
        int distinct = 0;
        for (int i = 0; i < pairs.length; i++) {
            int context = (int) (pairs[i] / vocabulary);
            if (i == 0 || pairs[i] != pairs[i - 1]) {
                followers[distinct++] = (int) (pairs[i] % vocabulary);
                starts[context + 1] = distinct;
            }
            counts[distinct - 1]++;
            totals[context]++;
        }
        for (int h = 0; h < vocabulary; h++) {
            starts[h + 1] = Math.max(starts[h], starts[h + 1]); // no followers: an empty range
        }
        return new BigramBaseline(
                unigram,
                starts,
                Arrays.copyOf(followers, distinct),
                Arrays.copyOf(counts, distinct),
                totals);
    }

    @Override
    public double probability(int previous, int token) {
        double prior = unigram.probability(token);
        int types = starts[previous + 1] - starts[previous];
        if (types == 0) {
            return prior;
        }
        int at = Arrays.binarySearch(followers, starts[previous], starts[previous + 1], token);
        int count = at < 0 ? 0 : counts[at];
        return (count + types * prior) / (totals[previous] + types);
    }

    private static long[] sortedPairs(List<int[]> documents, int vocabulary) {
        int size = documents.stream().mapToInt(document -> Math.max(0, document.length - 1)).sum();
        var pairs = new long[size];
        int at = 0;
        for (int[] document : documents) {
            for (int i = 1; i < document.length; i++) {
                pairs[at++] = (long) document[i - 1] * vocabulary + document[i];
            }
        }
        Arrays.sort(pairs);
        return pairs;
    }
}
