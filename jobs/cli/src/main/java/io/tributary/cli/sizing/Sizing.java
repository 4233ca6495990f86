package io.tributary.cli.sizing;

import io.tributary.operators.rule.Kept;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelLayout;
import java.time.Duration;

/**
 * What a workload needs, by the formulas of {@code operators/README.md}. Bytes are 10^0, payloads
 * alone: what is around them on the log is less than a thousandth.
 *
 * <pre>{@code 100M parameters, mean, nesterov  ->  a live heap of 1.75 GB, a checkpoint of 0.8 GB}
 * </pre>
 *
 * @param workload what it is of
 */
public record Sizing(Workload workload) {

    /**
     * Of a task manager's live heap, what does not depend on the model: network, clients, records
     * under way. Measured: 110 MB at 10M parameters, 160 MB at 100M ({@code tests/README.md}).
     */
    static final double FIXED_HEAP = 150e6;

    /** Heap that a task manager of its own may have before another one is asked for. */
    static final double TASK_HEAP = 16e9;

    private static final int F32 = Codec.F32.encodedBytes(1);
    private static final int F64 = Codec.F64.encodedBytes(1);

    /** Key groups: a task has whole ones, so the divisors spread the model evenly. */
    private static final int KEY_GROUPS = 360;

    /** Seconds of a task manager's processors for a GB of updates, as measured. */
    private static final double FOLD_F32 = 1.33;

    private static final double FOLD_HALF = 1.82;
    private static final double HOLD = 2.1;

    /** Partitions that {@code tributary topics create} gives unless told otherwise. */
    private static final int CHUNK_PARTITIONS = 4;

    private static final int MODEL_PARTITIONS = 8;

    /** What a transaction may take longer than measured. */
    private static final int MARGIN = 2;

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMinutes(1);

    /** Parameters, gradients, the replica they are trained from, and AdamW's two moments. */
    private static final int SILO_COPIES = 5;

    /** Chunks of a model, if no block ends in the middle of one. */
    public long chunks() {
        return ceil(workload.parameters(), ModelLayout.MAX_CHUNK_ELEMENTS);
    }

    /** Whether a version's manifest can list so many chunks. */
    public boolean fitsOneModel() {
        return chunks() <= ModelLayout.MAX_CHUNKS;
    }

    /** Whether rows are added as they come. */
    public boolean folds() {
        return workload.rule().folding().isPresent();
    }

    /** Vectors of the model's length, in float32, that the server keeps beside the parameters. */
    public int keptVectors() {
        return workload.optimizer().moments() + keptByRule();
    }

    private int keptByRule() {
        var kept = workload.rule().keeps();
        return kept == Kept.CENTRE ? 1 : kept == Kept.HISTORIES ? workload.silos() : 0;
    }

    /** Keyed state, and so a checkpoint or savepoint, with the state on the heap. */
    public double stateBytes() {
        return (double) F32 * workload.parameters() * (1 + keptVectors());
    }

    /** The running sum of a rule that folds. */
    public double accumulatorBytes() {
        return folds() ? (double) F64 * workload.parameters() : 0;
    }

    /** Encoded rows that a rule holds until the round closes. */
    public double heldBytes() {
        return folds() ? 0 : workload.silos() * updateBytes();
    }

    /** What is alive on the heaps of all task managers, the fixed part once. */
    public double liveHeapBytes() {
        return modelHeap() + FIXED_HEAP;
    }

    private double modelHeap() {
        return stateBytes() + accumulatorBytes() + heldBytes();
    }

    /** What is stepped while a checkpoint of it is written is copied: at most the state. */
    public double copiedBytes() {
        return stateBytes();
    }

    /** Heap of all task managers together. */
    public double heapBytes() {
        return modelHeap() + copiedBytes() + parallelism() * FIXED_HEAP;
    }

    /** Heap of the task manager that has most of the model, with one slot each. */
    public double taskHeapBytes() {
        return taskHeap(parallelism());
    }

    private double taskHeap(int parallelism) {
        double share = (double) ceil(KEY_GROUPS, parallelism) / KEY_GROUPS;
        return share * (modelHeap() + copiedBytes()) + FIXED_HEAP;
    }

    /**
     * As the workload says; else the smallest divisor of 360 from 2 on with which no task manager
     * needs more than 16 GB of heap, or 360.
     */
    public int parallelism() {
        if (workload.parallelism() > 0) {
            return workload.parallelism();
        }
        int parallelism = 2;
        while (parallelism < KEY_GROUPS
                && (KEY_GROUPS % parallelism != 0 || taskHeap(parallelism) > TASK_HEAP)) {
            parallelism++;
        }
        return parallelism;
    }

    /** One silo's update. */
    public double updateBytes() {
        return (double) workload.codec().encodedBytes(1) * workload.parameters();
    }

    /** A version without what only snapshots have. */
    public double versionBytes() {
        return (double) workload.versionCodec().encodedBytes(1) * workload.parameters();
    }

    /**
     * What a snapshot has besides: moments, a centre, parameters in float32 if they are rounded.
     */
    public double snapshotBytes() {
        int master = workload.versionCodec() == Codec.F32 ? 0 : 1;
        int centre = workload.rule().keeps() == Kept.CENTRE ? 1 : 0;
        int parts = workload.optimizer().moments() + centre + master;
        return (double) F32 * workload.parameters() * parts;
    }

    /** A version in the mean over the versions from one snapshot to the next. */
    public double meanVersionBytes() {
        return versionBytes() + snapshotBytes() / workload.snapshotEvery();
    }

    /** What a round adds to the log, before it is copied. */
    public double topicBytesPerRound() {
        return workload.silos() * updateBytes() + meanVersionBytes();
    }

    /**
     * What the brokers send in a round: to the job, which reads its versions back, and to silos.
     */
    public double readBytesPerRound() {
        return workload.silos() * updateBytes() + (1 + workload.silos()) * meanVersionBytes();
    }

    /** What brokers send each other in a round. */
    public double copiedBytesPerRound() {
        return (workload.copies() - 1) * topicBytesPerRound();
    }

    /** What the job reads and writes in a round. */
    public double jobBytesPerRound() {
        return workload.silos() * updateBytes() + 2 * meanVersionBytes();
    }

    /** What brokers receive, from outside and from each other, and send, in the mean. */
    public double brokerBytesPerSecond() {
        double received = topicBytesPerRound() + copiedBytesPerRound();
        double sent = readBytesPerRound() + copiedBytesPerRound();
        return (received + sent) / seconds(workload.interval());
    }

    /** Rounds whose updates and versions are on the log. */
    public double keptRounds() {
        return seconds(workload.retention()) / seconds(workload.interval());
    }

    /** Disk of all brokers together, at the end of the retention. */
    public double diskBytes() {
        return topicBytesPerRound() * workload.copies() * Math.max(1, keptRounds());
    }

    /** Records that a round adds to the log, in the mean over snapshots. */
    public double recordsPerRound() {
        double parts = snapshotBytes() / F32 / workload.parameters();
        double versions = chunks() * (1 + parts / workload.snapshotEvery()) + 1;
        double marks = Math.min(chunks(), chunkPartitions());
        return workload.silos() * (chunks() + 1 + marks) + versions;
    }

    /** Partitions for chunks in the topic of each silo: the job's readers all find some. */
    public int chunkPartitions() {
        return (int) Math.max(CHUNK_PARTITIONS, ceil(parallelism(), workload.silos()));
    }

    /** Partitions of the models topic, and of the genesis topic. */
    public int modelPartitions() {
        return Math.max(MODEL_PARTITIONS, parallelism());
    }

    /** Partitions of all topics, before they are copied. */
    public int partitions() {
        int ordered = 4; // rounds, versions, control, rejected
        return workload.silos() * (1 + chunkPartitions()) + 2 * modelPartitions() + ordered;
    }

    /** Processor time of all task managers, on the machine of {@code tests/README.md}. */
    public double processorSecondsPerRound() {
        double perGigabyte = !folds() ? HOLD : workload.codec() == Codec.F32 ? FOLD_F32 : FOLD_HALF;
        return perGigabyte * workload.silos() * updateBytes() / 1e9;
    }

    /** Direct memory of a silo that trains with AdamW and does not keep its moments. */
    public double siloBytes() {
        return (double) SILO_COPIES * F32 * workload.parameters();
    }

    /** How long an update takes on the silo's link. */
    public Duration uploadTime() {
        return time(updateBytes());
    }

    /** How long a version takes on the silo's link; a snapshot is read past. */
    public Duration downloadTime() {
        return time(versionBytes() + snapshotBytes());
    }

    private Duration time(double bytes) {
        return Duration.ofMillis(Math.round(1000 * bytes / workload.bytesPerSecond()));
    }

    /** What a silo's transaction needs: twice its upload, in whole minutes. */
    public Duration transactionTimeout() {
        return transactionTimeout(uploadTime());
    }

    /** What a transaction needs for an upload that takes so long. */
    public static Duration transactionTimeout(Duration upload) {
        var needed = upload.multipliedBy(MARGIN);
        return needed.compareTo(SHORTEST_TIMEOUT) <= 0
                ? SHORTEST_TIMEOUT
                : Duration.ofMinutes(ceil(needed.toMillis(), SHORTEST_TIMEOUT.toMillis()));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    private static long ceil(long value, long by) {
        return (value + by - 1) / by;
    }
}
