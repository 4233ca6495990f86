package io.tributary.aggregation.check;

import java.time.Duration;

/** The job's default times, and some that are otherwise. */
record Times(JobTimes job) {

    static final Times DEFAULT =
            new Times(
                    new JobTimes(
                            Duration.ofSeconds(10),
                            Duration.ofMinutes(15),
                            Duration.ofMinutes(2),
                            Duration.ofMinutes(1),
                            Duration.ofHours(1),
                            Duration.ofSeconds(30),
                            Duration.ofMinutes(2),
                            1));

    Times withTransactionTimeout(Duration value) {
        return of(value, job.uploadTimeout(), job.grace(), job.silence(), job.publishTimeout(), 1);
    }

    Times withUploadTimeout(Duration value) {
        return of(
                job.transactionTimeout(),
                value,
                job.grace(),
                job.silence(),
                job.publishTimeout(),
                1);
    }

    Times withGrace(Duration value) {
        return of(
                job.transactionTimeout(),
                job.uploadTimeout(),
                value,
                job.silence(),
                job.publishTimeout(),
                1);
    }

    Times withSilence(Duration value) {
        return of(
                job.transactionTimeout(),
                job.uploadTimeout(),
                job.grace(),
                value,
                job.publishTimeout(),
                1);
    }

    Times withPublishTimeout(Duration value) {
        return of(
                job.transactionTimeout(),
                job.uploadTimeout(),
                job.grace(),
                job.silence(),
                value,
                1);
    }

    Times withSnapshotEvery(int value) {
        return of(
                job.transactionTimeout(),
                job.uploadTimeout(),
                job.grace(),
                job.silence(),
                job.publishTimeout(),
                value);
    }

    private Times of(
            Duration transaction,
            Duration upload,
            Duration grace,
            Duration silence,
            Duration publish,
            int snapshotEvery) {
        return new Times(
                new JobTimes(
                        job.checkpointInterval(),
                        transaction,
                        upload,
                        grace,
                        job.deadline(),
                        silence,
                        publish,
                        snapshotEvery));
    }
}
