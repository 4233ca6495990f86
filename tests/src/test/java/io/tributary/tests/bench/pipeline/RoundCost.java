package io.tributary.tests.bench.pipeline;

import java.util.Map;

/**
 * What one round took. Raw times are of the same bytes, measured right after it.
 *
 * @param round its number
 * @param updateBytes values of the records that were read
 * @param versionBytes values of the records that were written
 * @param seconds from the moment at which the updates became readable to the last record of the
 *     version on the log
 * @param checkpointSeconds from there to the moment at which the version could be read
 * @param rawReadSeconds what raw consumers take to read the same updates
 * @param rawWriteSeconds what raw producers take to write as many bytes as the version has
 * @param cpuSeconds processor time by process, from the beginning of the round until the version
 *     could be read
 */
record RoundCost(
        int round,
        long updateBytes,
        long versionBytes,
        double seconds,
        double checkpointSeconds,
        double rawReadSeconds,
        double rawWriteSeconds,
        Map<String, Double> cpuSeconds) {

    /** Update bytes per second. */
    double bytesPerSecond() {
        return updateBytes / seconds;
    }

    /** Of the time that it took, how much the log alone would have taken for the same bytes. */
    double ratio() {
        return (rawReadSeconds + rawWriteSeconds) / seconds;
    }

    /** Of the rate of raw consumers, how much the pipeline reaches. */
    double readRatio() {
        return rawReadSeconds / seconds;
    }
}
