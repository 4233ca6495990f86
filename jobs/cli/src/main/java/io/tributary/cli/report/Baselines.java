package io.tributary.cli.report;

/**
 * Perplexities of the classical models on the held-out text of all silos.
 *
 * @param unigram NaN if it was not measured
 * @param bigram NaN if it was not measured
 */
public record Baselines(double unigram, double bigram) {}
