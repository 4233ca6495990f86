package io.tributary.tests.bench.peers;

/**
 * What one round has cost.
 *
 * @param seconds from the first update that may be sent, or the first byte of one that is read from
 *     a log, until one reader has the whole new version
 * @param combinedSeconds from the same moment until the new version exists where it is made
 * @param updateBytes of all updates, as float32
 * @param serverCpuSeconds of all processes that stand between silos and readers, in that time
 * @param serverPeakRssBytes of the same processes, from their start until then; 0 where the
 *     operating system does not tell
 */
public record RoundCost(
        double seconds,
        double combinedSeconds,
        long updateBytes,
        double serverCpuSeconds,
        long serverPeakRssBytes) {

    double megabytesPerSecond() {
        return updateBytes / seconds / 1e6;
    }

    double cpuSecondsPerGigabyte() {
        return serverCpuSeconds / (updateBytes / 1e9);
    }
}
