package io.tributary.tests.bench.pipeline;

/**
 * What a process takes.
 *
 * @param process its name
 * @param liveHeapBytes most that was alive on its heap whenever that was looked at
 * @param peakRssBytes most memory it has had; 0 where the operating system does not say
 */
record Memory(String process, long liveHeapBytes, long peakRssBytes) {}
