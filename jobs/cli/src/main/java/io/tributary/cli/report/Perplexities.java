package io.tributary.cli.report;

/**
 * A silo's model trained alone, measured twice.
 *
 * @param own perplexity on the silo's own held-out text
 * @param mixture perplexity on the held-out text of all silos
 */
public record Perplexities(double own, double mixture) {}
