package io.tributary.tests.bench.pipeline;

/**
 * What a federation that has run for a while takes.
 *
 * @param round its newest round
 * @param liveHeapBytes alive on the heaps of the task managers
 * @param nativeBytes of the task managers beside their heaps
 * @param openFiles of the task managers
 * @param checkpointBytes of the newest checkpoint
 * @param brokerHeapBytes alive on the broker's heap
 * @param brokerOpenFiles of the broker
 * @param transactionalIds that the broker remembers
 */
record Sample(
        int round,
        long liveHeapBytes,
        long nativeBytes,
        long openFiles,
        long checkpointBytes,
        long brokerHeapBytes,
        long brokerOpenFiles,
        int transactionalIds) {}
