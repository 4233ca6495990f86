package io.tributary.cli.baseline;

import java.util.List;

/** A probability for every token after every token. */
public interface Baseline {

    /**
     * @return the probability that {@code token} follows {@code previous}; over all tokens these
     *     add up to 1
     * @throws IndexOutOfBoundsException if either is not in {@code [0, vocabulary)}
     */
    double probability(int previous, int token);

    /**
     * The loss on text that was held out. The first token of a document follows nothing and is not
     * predicted, just as a language model only predicts tokens that have a context.
     *
     * @param documents token ids
     */
    default HeldOutLoss evaluate(List<int[]> documents) {
        double nats = 0;
        long tokens = 0;
        for (int[] document : documents) {
            for (int i = 1; i < document.length; i++) {
                nats -= Math.log(probability(document[i - 1], document[i]));
                tokens++;
            }
        }
        return new HeldOutLoss(nats, tokens);
    }
}
