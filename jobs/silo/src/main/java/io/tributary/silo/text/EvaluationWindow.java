package io.tributary.silo.text;

/**
 * A piece of held-out text.
 *
 * @param tokens token ids; all but the first are predicted
 * @param bytes UTF-8 bytes of text that the predicted tokens stand for
 */
public record EvaluationWindow(int[] tokens, long bytes) {

    public int predictedTokens() {
        return tokens.length - 1;
    }
}
