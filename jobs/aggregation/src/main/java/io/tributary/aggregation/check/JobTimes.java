package io.tributary.aggregation.check;

import java.time.Duration;

/**
 * The job's settings that have to go with each other and with the cluster; named as its options.
 *
 * @param checkpointInterval {@code job.checkpoint-interval}
 * @param transactionTimeout {@code kafka.transaction-timeout}
 * @param uploadTimeout {@code round.upload-timeout}
 * @param grace {@code round.grace}
 * @param deadline {@code round.deadline}
 * @param silence {@code round.silence}
 * @param publishTimeout {@code round.publish-timeout}
 * @param snapshotEvery {@code round.snapshot-every}
 */
public record JobTimes(
        Duration checkpointInterval,
        Duration transactionTimeout,
        Duration uploadTimeout,
        Duration grace,
        Duration deadline,
        Duration silence,
        Duration publishTimeout,
        int snapshotEvery) {

    /** A restart is expected to take no longer. */
    public static final Duration RESTART = Duration.ofSeconds(20);

    /** For so long something on the log may be needed after it was written: a round of its own. */
    Duration roundAndRestart() {
        return deadline.plus(RESTART);
    }
}
