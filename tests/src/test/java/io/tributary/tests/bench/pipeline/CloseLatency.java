package io.tributary.tests.bench.pipeline;

/**
 * How long after the last update of a round its version was there, when all others had been read.
 *
 * @param seconds from the moment at which the last update became readable to the last record of the
 *     version on the log
 * @param firstSeconds from that moment to the first record of the version
 * @param checkpointSeconds from the last record to the moment at which the version could be read
 * @param rawReadSeconds what raw consumers take to read the last update
 * @param rawWriteSeconds what raw producers take to write as many bytes as the version has
 * @param work what the owners of chunks did meanwhile
 */
record CloseLatency(
        double seconds,
        double firstSeconds,
        double checkpointSeconds,
        double rawReadSeconds,
        double rawWriteSeconds,
        ChunkWork work) {

    private static final double TIMES_RAW = 1.5;
    private static final double FIXED_SECONDS = 0.5;

    /** What is required. */
    double allowedSeconds() {
        return TIMES_RAW * rawWriteSeconds + FIXED_SECONDS;
    }
}
