package io.tributary.silo;

/**
 * A model measured on some documents.
 *
 * @param nats sum of the token cross entropies
 * @param tokens predicted tokens
 * @param bytes text bytes those tokens stand for
 */
public record Evaluation(double nats, long tokens, long bytes) {

    /** Mean token cross entropy, nats. */
    public double loss() {
        return nats / tokens;
    }

    public double perplexity() {
        return Math.exp(loss());
    }

    public double bitsPerByte() {
        return nats / (Math.log(2) * bytes);
    }

    /** The measurement over both sets of documents. */
    public Evaluation plus(Evaluation other) {
        return new Evaluation(nats + other.nats, tokens + other.tokens, bytes + other.bytes);
    }
}
