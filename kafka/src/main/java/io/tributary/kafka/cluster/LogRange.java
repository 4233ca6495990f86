package io.tributary.kafka.cluster;

/**
 * What there is of a partition.
 *
 * @param begin offset of the oldest record
 * @param end offset that the next record will have
 */
public record LogRange(long begin, long end) {}
