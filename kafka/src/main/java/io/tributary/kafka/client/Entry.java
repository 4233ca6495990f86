package io.tributary.kafka.client;

/**
 * A decoded record of the log.
 *
 * @param record a round's plan, weights or outcome, or a version's manifest
 * @param appendMillis when the broker appended it, epoch milliseconds
 */
public record Entry(Record record, long appendMillis) {}
