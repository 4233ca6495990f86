package io.tributary.silo;

/**
 * How much training text a silo holds.
 *
 * @param tokens tokens in the training split
 * @param examples documents in the training split
 */
public record DatasetSize(long tokens, long examples) {}
