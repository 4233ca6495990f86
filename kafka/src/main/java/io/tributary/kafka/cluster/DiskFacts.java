package io.tributary.kafka.cluster;

/**
 * The disks of a broker that hold its log.
 *
 * @param totalBytes size of all of them
 * @param freeBytes what can still be written
 */
public record DiskFacts(long totalBytes, long freeBytes) {}
