package io.tributary.cli.doctor;

import io.tributary.aggregation.check.Finding;
import io.tributary.cli.ParameterCount;
import io.tributary.cli.sizing.Sizing;
import io.tributary.cli.sizing.SizingText;
import io.tributary.kafka.cluster.DiskFacts;
import java.util.Collection;

/** What a model needs of heap, direct memory and disk against what there is. */
public final class MemoryChecks {

    /** Rounds that should find room on the brokers' disks. */
    private static final int ROUNDS = 10;

    private MemoryChecks() {}

    /**
     * Heap of a job that runs in one process, as {@code tributary job run} does.
     *
     * @param heapBytes the most that a JVM takes here
     */
    public static Finding heap(Sizing sizing, long heapBytes) {
        var check = "heap";
        var fact =
                "%s parameters and %s silos need %s of heap for 'tributary job run'; a JVM here has %s"
                        .formatted(
                                ParameterCount.text(sizing.workload().parameters()),
                                sizing.workload().silos(),
                                SizingText.bytes(sizing.heapBytes()),
                                SizingText.bytes(heapBytes));
        return sizing.heapBytes() <= heapBytes
                ? Finding.ok(check, fact)
                : Finding.warning(
                        check,
                        fact,
                        "give it more with TRIBUTARY_JAVA_OPTS=-Xmx%sm, or run the job on a Flink"
                                        .formatted(
                                                Math.round(
                                                        Math.ceil(sizing.heapBytes() / (1 << 20))))
                                + " cluster; 'tributary sizing' says what its task managers need");
    }

    /**
     * Direct memory of a silo.
     *
     * @param directBytes the most that a JVM takes here
     */
    public static Finding silo(Sizing sizing, long directBytes) {
        var check = "silo's memory";
        var fact =
                "a silo of %s parameters needs %s of direct memory; a JVM here has %s"
                        .formatted(
                                ParameterCount.text(sizing.workload().parameters()),
                                SizingText.bytes(sizing.siloBytes()),
                                SizingText.bytes(directBytes));
        return sizing.siloBytes() <= directBytes
                ? Finding.ok(check, fact)
                : Finding.problem(
                        check,
                        fact,
                        "give it more with TRIBUTARY_JAVA_OPTS=-XX:MaxDirectMemorySize=%sm, on a machine that has it"
                                .formatted(Math.round(Math.ceil(sizing.siloBytes() / (1 << 20)))));
    }

    /** Rounds that the brokers' disks have room for, whatever retention says. */
    public static Finding disk(Sizing sizing, Collection<DiskFacts> disks) {
        var check = "brokers' disks";
        double free = disks.stream().mapToDouble(DiskFacts::freeBytes).sum();
        double round = sizing.topicBytesPerRound() * sizing.workload().copies();
        var fact =
                "%s are free, for %s rounds of %s"
                        .formatted(
                                SizingText.bytes(free),
                                (long) (free / round),
                                SizingText.bytes(round));
        return free >= ROUNDS * round
                ? Finding.ok(check, fact)
                : Finding.warning(
                        check,
                        fact,
                        "add disks, shorten the retention of updates, or send them in bf16 (round.codec)");
    }
}
