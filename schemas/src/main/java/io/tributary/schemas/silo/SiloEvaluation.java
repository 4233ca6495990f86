package io.tributary.schemas.silo;

/**
 * A model version measured on a silo's held-out documents. Sums, so that figures of several silos
 * add up: loss is {@code nats / tokens}, perplexity its exponential, bits per byte {@code nats /
 * (ln 2 * bytes)}.
 *
 * @param model name of the model line
 * @param version evaluated version
 * @param nats sum of the token cross entropies
 * @param tokens predicted tokens
 * @param bytes text bytes those tokens stand for
 */
public record SiloEvaluation(String model, int version, double nats, long tokens, long bytes) {}
