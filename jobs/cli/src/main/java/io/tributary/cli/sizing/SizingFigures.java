package io.tributary.cli.sizing;

import static io.tributary.cli.sizing.Figure.Unit.BYTES;
import static io.tributary.cli.sizing.Figure.Unit.BYTES_PER_SECOND;
import static io.tributary.cli.sizing.Figure.Unit.COUNT;
import static io.tributary.cli.sizing.Figure.Unit.SECONDS;

import io.tributary.operators.rule.Kept;
import io.tributary.schemas.codec.Codec;
import java.util.List;

/**
 * All figures of a sizing, each with its formula. In formulas N is the number of parameters, n that
 * of silos, u and v the bytes of a value in updates and versions, and k the vectors kept.
 */
public final class SizingFigures {

    private static final String JOB = "job";
    private static final String ROUND = "a round";
    private static final String TOPICS = "topics";
    private static final String SILO = "a silo";

    private SizingFigures() {}

    /** In the order in which they are shown. */
    public static List<Figure> of(Sizing s) {
        var w = s.workload();
        int u = w.codec().encodedBytes(1);
        int v = w.versionCodec().encodedBytes(1);
        return List.of(
                new Figure(JOB, "state_bytes", "state", s.stateBytes(), BYTES, state(s)),
                new Figure(
                        JOB,
                        "checkpoint_bytes",
                        "checkpoint",
                        s.stateBytes(),
                        BYTES,
                        "the state; the round's rows stay on the log"),
                new Figure(
                        JOB,
                        "live_heap_bytes",
                        "live heap",
                        s.liveHeapBytes(),
                        BYTES,
                        s.folds()
                                ? "state + 8N running sum + 150 MB; does not know n"
                                : "state + %sN x n rows held + 150 MB".formatted(u)),
                new Figure(
                        JOB,
                        "heap_bytes",
                        "heap of all task managers",
                        s.heapBytes(),
                        BYTES,
                        "live heap + state, copied while a checkpoint runs; 150 MB each"),
                new Figure(
                        JOB,
                        "parallelism",
                        "parallelism",
                        s.parallelism(),
                        COUNT,
                        w.parallelism() > 0
                                ? "as asked for"
                                : "a divisor of 360; 16 GB of heap a task at most"),
                new Figure(
                        JOB,
                        "task_heap_bytes",
                        "heap of a task manager",
                        s.taskHeapBytes(),
                        BYTES,
                        "one slot each: ceil(360 / parallelism) of 360 key groups"),
                new Figure(
                        ROUND,
                        "update_bytes",
                        "update of a silo",
                        s.updateBytes(),
                        BYTES,
                        "%sN".formatted(u)),
                new Figure(
                        ROUND,
                        "version_bytes",
                        "version",
                        s.meanVersionBytes(),
                        BYTES,
                        version(s, v)),
                new Figure(
                        ROUND,
                        "topic_bytes_per_round",
                        "written to topics",
                        s.topicBytesPerRound(),
                        BYTES,
                        "n updates + version"),
                new Figure(
                        ROUND,
                        "read_bytes_per_round",
                        "read from brokers",
                        s.readBytesPerRound(),
                        BYTES,
                        "n updates by the job + version by n silos and by the job"),
                new Figure(
                        ROUND,
                        "job_bytes_per_round",
                        "the job's network",
                        s.jobBytesPerRound(),
                        BYTES,
                        "n updates + version out and in"),
                new Figure(
                        ROUND,
                        "broker_bytes_per_second",
                        "brokers' network, in the mean",
                        s.brokerBytesPerSecond(),
                        BYTES_PER_SECOND,
                        "written, read, and %s further %s in and out, over the interval"
                                .formatted(w.copies() - 1, w.copies() == 2 ? "copy" : "copies")),
                new Figure(
                        ROUND,
                        "records_per_round",
                        "records",
                        s.recordsPerRound(),
                        COUNT,
                        "n x (chunks + manifest + end marks) + version"),
                new Figure(
                        ROUND,
                        "processor_seconds_per_round",
                        "processor time of the job",
                        s.processorSecondsPerRound(),
                        SECONDS,
                        "as measured for a GB of updates (tests/README.md)"),
                new Figure(
                        TOPICS,
                        "chunks",
                        "chunks",
                        s.chunks(),
                        COUNT,
                        "N / 245,760, and one for each block that ends within"),
                new Figure(
                        TOPICS,
                        "kept_rounds",
                        "rounds on the log",
                        s.keptRounds(),
                        COUNT,
                        "retention / interval"),
                new Figure(
                        TOPICS,
                        "disk_bytes",
                        "disk of all brokers",
                        s.diskBytes(),
                        BYTES,
                        "written a round x rounds on the log x %s %s"
                                .formatted(w.copies(), w.copies() == 1 ? "copy" : "copies")),
                new Figure(
                        TOPICS,
                        "chunk_partitions",
                        "--chunk-partitions",
                        s.chunkPartitions(),
                        COUNT,
                        "parallelism / n, at least 4"),
                new Figure(
                        TOPICS,
                        "model_partitions",
                        "--model-partitions",
                        s.modelPartitions(),
                        COUNT,
                        "parallelism, at least 8"),
                new Figure(
                        TOPICS,
                        "partitions",
                        "partitions in all",
                        s.partitions(),
                        COUNT,
                        "n x (1 + chunk partitions) + 2 x model partitions + 4"),
                new Figure(
                        SILO,
                        "silo_bytes",
                        "direct memory",
                        s.siloBytes(),
                        BYTES,
                        "4N x (replica, parameters, gradients, two moments)"),
                new Figure(
                        SILO,
                        "upload_seconds",
                        "upload",
                        s.uploadTime().toMillis() / 1e3,
                        SECONDS,
                        "update / bandwidth"),
                new Figure(
                        SILO,
                        "download_seconds",
                        "download",
                        s.downloadTime().toMillis() / 1e3,
                        SECONDS,
                        "version with a snapshot / bandwidth"),
                new Figure(
                        SILO,
                        "transaction_timeout_seconds",
                        "transaction timeout",
                        s.transactionTimeout().toMillis() / 1e3,
                        SECONDS,
                        "twice the upload, in minutes; silo run --transaction-timeout"));
    }

    private static String state(Sizing s) {
        var kept = s.workload().rule().keeps();
        return "4N x (1 + %s), of the optimizer%s"
                .formatted(
                        s.workload().optimizer().moments(),
                        kept == Kept.NOTHING
                                ? ""
                                : kept == Kept.CENTRE
                                        ? ", and the rule's centre"
                                        : ", and a history of each silo");
    }

    private static String version(Sizing s, int v) {
        var w = s.workload();
        if (s.snapshotBytes() == 0) {
            return "%sN".formatted(v);
        }
        return "%sN + (4N x %s%s) / %s, of snapshots"
                .formatted(
                        v,
                        w.optimizer().moments() + (w.rule().keeps() == Kept.CENTRE ? 1 : 0),
                        w.versionCodec() == Codec.F32 ? "" : " + 4N",
                        w.snapshotEvery());
    }
}
