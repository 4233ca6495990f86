package io.tributary.tests.bench.pipeline;

/**
 * A round until a reader has its version.
 *
 * @param seconds from before the updates became readable until one reader had all of the version
 * @param madeSeconds from the same moment to the last record of the version on the log
 * @param updateBytes values of the records that were read
 * @param cpuSeconds of all processes between silos and readers, in that time
 * @param deviation of the version from what it was made from and the weighted mean of the deltas,
 *     largest difference over largest value
 */
record Delivery(
        double seconds,
        double madeSeconds,
        long updateBytes,
        double cpuSeconds,
        double deviation) {}
