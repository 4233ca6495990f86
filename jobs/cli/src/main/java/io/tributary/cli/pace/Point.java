package io.tributary.cli.pace;

/**
 * A version of a run.
 *
 * @param version version number
 * @param seconds from the first plan to the version, by the broker's clock; 0 for version 0
 * @param tokens trained on by the updates in this and all earlier versions
 * @param late updates in this version that were trained for an earlier round
 * @param perplexity on the held-out text of all silos
 */
public record Point(int version, double seconds, long tokens, int late, double perplexity) {}
