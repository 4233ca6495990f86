package io.tributary.cli.baseline;

/**
 * How badly a model predicts a text.
 *
 * @param nats the negative log likelihood of all predicted tokens
 * @param tokens how many were predicted
 */
public record HeldOutLoss(double nats, long tokens) {

    /** Nats per token; NaN if no token was predicted. */
    public double mean() {
        return nats / tokens;
    }

    /** {@code exp} of the mean: as uncertain as a fair choice among this many tokens. */
    public double perplexity() {
        return Math.exp(mean());
    }

    /** The loss on both texts. */
    public HeldOutLoss plus(HeldOutLoss other) {
        return new HeldOutLoss(nats + other.nats, tokens + other.tokens);
    }
}
