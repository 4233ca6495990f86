package io.tributary.cli.baseline;

import java.util.List;

/** Checks what the baselines are trained on. */
final class Tokens {

    private Tokens() {}

    static void check(List<int[]> documents, int vocabulary) {
        if (vocabulary < 1) {
            throw new IllegalArgumentException(
                    "vocabulary must be >= 1, got vocabulary=" + vocabulary);
        }
        for (int d = 0; d < documents.size(); d++) {
            for (int token : documents.get(d)) {
                if (token < 0 || token >= vocabulary) {
                    throw new IllegalArgumentException(
                            "document %d has token %d, expected 0 <= token < vocabulary=%d"
                                    .formatted(d, token, vocabulary));
                }
            }
        }
    }
}
