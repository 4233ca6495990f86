package io.tributary.silo.text;

import io.tributary.silo.Evaluation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What counting alone achieves: unigram and bigram models of token ids, to compare a trained model
 * with. The unigram adds one to every count. The bigram is interpolated with it after Witten and
 * Bell: a history with {@code n} followers of {@code t} kinds gives {@code (count + t p(token)) /
 * (n + t)}, so that it learns from the data how far to trust itself.
 *
 * <p>Source: Witten and Bell, "The zero-frequency problem", IEEE Trans. Information Theory, 1991,
 * method C.
 */
public final class BigramBaseline {

    private final int vocabularySize;
    private final long[] counts;
    private final long[] followers;
    private final int[] followerKinds;
    private final Map<Long, Long> pairs = new HashMap<>();
    private long total;

    public BigramBaseline(int vocabularySize) {
        this.vocabularySize = vocabularySize;
        counts = new long[vocabularySize];
        followers = new long[vocabularySize];
        followerKinds = new int[vocabularySize];
    }

    /** Counts one silo's training stream. */
    public void add(int[] stream) {
        for (int i = 0; i < stream.length; i++) {
            counts[stream[i]]++;
            total++;
            if (i > 0) {
                int history = stream[i - 1];
                followers[history]++;
                if (pairs.merge(pair(history, stream[i]), 1L, Long::sum) == 1) {
                    followerKinds[history]++;
                }
            }
        }
    }

    /** The unigram model, measured. */
    public Evaluation unigram(List<EvaluationWindow> windows) {
        return measure(windows, (history, token) -> unigram(token));
    }

    /** The bigram model, measured. */
    public Evaluation bigram(List<EvaluationWindow> windows) {
        return measure(windows, this::bigram);
    }

    private double unigram(int token) {
        return (counts[token] + 1.0) / (total + vocabularySize);
    }

    private double bigram(int history, int token) {
        if (followers[history] == 0) {
            return unigram(token);
        }
        int kinds = followerKinds[history];
        return (pairs.getOrDefault(pair(history, token), 0L) + kinds * unigram(token))
                / (followers[history] + kinds);
    }

    private long pair(int history, int token) {
        return (long) history * vocabularySize + token;
    }

    private static Evaluation measure(List<EvaluationWindow> windows, Probability probability) {
        double nats = 0;
        long predicted = 0;
        long bytes = 0;
        for (var window : windows) {
            var tokens = window.tokens();
            for (int i = 1; i < tokens.length; i++) {
                nats -= Math.log(probability.of(tokens[i - 1], tokens[i]));
            }
            predicted += window.predictedTokens();
            bytes += window.bytes();
        }
        return new Evaluation(nats, predicted, bytes);
    }

    @FunctionalInterface
    private interface Probability {
        double of(int history, int token);
    }
}
