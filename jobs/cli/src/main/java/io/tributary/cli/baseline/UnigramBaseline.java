package io.tributary.cli.baseline;

import java.util.List;

/**
 * How often a token occurs, wherever it is; every token is counted once more than it was seen, so
 * none has probability 0 (Laplace's rule of succession).
 *
 * <pre>{@code
 * P(t) = (c(t) + 1) / (n + V)
 *
 * V = 3, documents = [[0, 0, 1]]  ->  P = [1/2, 1/3, 1/6]
 * }</pre>
 */
public final class UnigramBaseline implements Baseline {

    /** {@code [vocabulary]} */
    private final double[] probabilities;

    private UnigramBaseline(double[] probabilities) {
        this.probabilities = probabilities;
    }

    /**
     * @param documents token ids in {@code [0, vocabulary)}
     * @throws IllegalArgumentException if an id is outside, or {@code vocabulary < 1}
     */
    public static UnigramBaseline train(List<int[]> documents, int vocabulary) {
        Tokens.check(documents, vocabulary);
        var counts = new long[vocabulary];
        long total = 0;
        for (int[] document : documents) {
            for (int token : document) {
                counts[token]++;
            }
            total += document.length;
        }
        var probabilities = new double[vocabulary];
        for (int token = 0; token < vocabulary; token++) {
            probabilities[token] = (counts[token] + 1.0) / (total + vocabulary);
        }
        return new UnigramBaseline(probabilities);
    }

    /** The probability of {@code token}, whatever came before. */
    public double probability(int token) {
        return probabilities[token];
    }

    @Override
    public double probability(int previous, int token) {
        return probabilities[token];
    }
}
