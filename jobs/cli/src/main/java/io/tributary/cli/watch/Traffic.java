package io.tributary.cli.watch;

/**
 * What a round moved, from the sizes of the records in the log.
 *
 * @param bytesUp the updates that silos wrote for it
 * @param bytesDown the model records of its version, times the silos of its plan that read them
 */
public record Traffic(long bytesUp, long bytesDown) {}
