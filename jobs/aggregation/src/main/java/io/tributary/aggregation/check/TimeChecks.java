package io.tributary.aggregation.check;

import static org.apache.flink.util.TimeUtils.formatWithHighestUnit;

import io.tributary.aggregation.JobOptions;
import io.tributary.kafka.client.SiloTimes;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/**
 * The job's times against each other, and against those silos keep to. What a silo was told
 * otherwise the job cannot know: about silos there are only warnings.
 */
public final class TimeChecks {

    /** Heartbeats that may be lost before a silo counts as silent. */
    private static final int HEARTBEATS = 3;

    private TimeChecks() {}

    public static List<Finding> of(JobTimes job, SiloTimes silo) {
        return List.of(
                transaction(job),
                publish(job),
                grace(job),
                silence(job, silo),
                upload(job),
                siloUpload(job, silo));
    }

    private static Finding transaction(JobTimes job) {
        var check = "transaction timeout";
        var shortest = job.checkpointInterval().plus(JobTimes.RESTART);
        if (job.transactionTimeout().compareTo(shortest) > 0) {
            return Finding.ok(
                    check,
                    "%s outlasts %s and a restart of %s"
                            .formatted(
                                    named(JobOptions.TRANSACTION_TIMEOUT, job.transactionTimeout()),
                                    named(JobOptions.CHECKPOINT_INTERVAL, job.checkpointInterval()),
                                    formatWithHighestUnit(JobTimes.RESTART)));
        }
        return Finding.problem(
                check,
                "%s must exceed %s plus a restart of %s, or a slow restart loses output"
                        .formatted(
                                named(JobOptions.TRANSACTION_TIMEOUT, job.transactionTimeout()),
                                named(JobOptions.CHECKPOINT_INTERVAL, job.checkpointInterval()),
                                formatWithHighestUnit(JobTimes.RESTART)),
                "raise it, or checkpoint more often");
    }

    private static Finding publish(JobTimes job) {
        var check = "publish timeout";
        var visible = job.checkpointInterval().multipliedBy(2);
        if (job.publishTimeout().compareTo(visible) > 0) {
            return Finding.ok(
                    check,
                    "%s exceeds twice %s"
                            .formatted(
                                    named(JobOptions.PUBLISH_TIMEOUT, job.publishTimeout()),
                                    named(
                                            JobOptions.CHECKPOINT_INTERVAL,
                                            job.checkpointInterval())));
        }
        return Finding.problem(
                check,
                "%s must exceed twice %s: a version is readable only after the next checkpoint"
                        .formatted(
                                named(JobOptions.PUBLISH_TIMEOUT, job.publishTimeout()),
                                named(JobOptions.CHECKPOINT_INTERVAL, job.checkpointInterval())),
                "raise it, or checkpoint more often");
    }

    private static Finding grace(JobTimes job) {
        var check = "grace";
        if (job.grace().compareTo(job.deadline()) <= 0) {
            return Finding.ok(check, withinDeadline(named(JobOptions.GRACE, job.grace()), job));
        }
        return Finding.warning(
                check,
                "%s is longer than %s, which ends the round first"
                        .formatted(
                                named(JobOptions.GRACE, job.grace()),
                                named(JobOptions.DEADLINE, job.deadline())),
                "lower it, or raise the deadline");
    }

    private static Finding silence(JobTimes job, SiloTimes silo) {
        var check = "silence";
        var patience = silo.heartbeat().multipliedBy(HEARTBEATS);
        if (job.silence().compareTo(patience) >= 0) {
            return Finding.ok(
                    check,
                    "%s covers %s heartbeats of a silo, one every %s"
                            .formatted(
                                    named(JobOptions.SILENCE, job.silence()),
                                    HEARTBEATS,
                                    formatWithHighestUnit(silo.heartbeat())));
        }
        return Finding.warning(
                check,
                "%s is less than %s heartbeats of a silo, one every %s: live silos will count as silent"
                        .formatted(
                                named(JobOptions.SILENCE, job.silence()),
                                HEARTBEATS,
                                formatWithHighestUnit(silo.heartbeat())),
                "raise it to at least " + formatWithHighestUnit(patience));
    }

    private static Finding upload(JobTimes job) {
        var check = "upload timeout";
        if (job.uploadTimeout().compareTo(job.deadline()) <= 0) {
            return Finding.ok(
                    check,
                    withinDeadline(named(JobOptions.UPLOAD_TIMEOUT, job.uploadTimeout()), job));
        }
        return Finding.warning(
                check,
                "%s is longer than %s: that an upload is not whole is told after its round"
                        .formatted(
                                named(JobOptions.UPLOAD_TIMEOUT, job.uploadTimeout()),
                                named(JobOptions.DEADLINE, job.deadline())),
                "lower it, or raise the deadline");
    }

    private static Finding siloUpload(JobTimes job, SiloTimes silo) {
        var check = "silos' transactions";
        var timeout = formatWithHighestUnit(silo.uploadTimeout());
        if (silo.uploadTimeout().compareTo(job.deadline()) <= 0) {
            return Finding.ok(
                    check, withinDeadline("an upload, which may take %s,".formatted(timeout), job));
        }
        return Finding.warning(
                check,
                "a silo that dies in an upload blocks its own topic for up to %s, longer than %s"
                        .formatted(timeout, named(JobOptions.DEADLINE, job.deadline())),
                "end such an upload with 'tributary transactions abort', or raise the deadline");
    }

    private static String withinDeadline(String what, JobTimes job) {
        return "%s is within %s".formatted(what, named(JobOptions.DEADLINE, job.deadline()));
    }

    static String named(ConfigOption<?> option, Duration value) {
        return "%s (%s)".formatted(option.key(), formatWithHighestUnit(value));
    }
}
