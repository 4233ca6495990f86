package io.tributary.tests.drill;

import io.tributary.aggregation.JobSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.tests.drill.Violation.Law;
import io.tributary.tests.process.Broker;
import io.tributary.tests.process.ClusterShape;
import io.tributary.tests.process.FlinkProcesses;
import io.tributary.tests.process.Jvm;
import io.tributary.tests.process.Patience;
import io.tributary.tests.process.ProcessLogs;
import io.tributary.tests.process.StalledException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * All silos upload at once, and their updates together are several times the memory of the cluster:
 * what does not fit has to wait on the log.
 *
 * @param silos silos, in a few processes
 * @param elements values of the model
 * @param heapMebibytes heap of each of the two task managers
 * @param state where the job keeps its state
 * @param rounds rounds
 * @param seed root of everything random
 * @param work folder for what processes keep
 * @param logs folder for what processes write
 * @param out hears a line for every round
 */
record Burst(
        int silos,
        int elements,
        int heapMebibytes,
        FlinkProcesses.State state,
        int rounds,
        long seed,
        Path work,
        Path logs,
        Consumer<String> out) {

    /** Of each value: parameter and moment in float32, a sum in float64. */
    static final double STATE_BYTES = 16;

    private static final FederationTopics TOPICS = new FederationTopics("burst");
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int CHUNK_ELEMENTS = 64 * 1024;
    private static final int SILOS_PER_PROCESS = 16;
    private static final int TASK_MANAGERS = 2;
    private static final int PARALLELISM = 4;

    /** How many times the memory of all task managers the updates of a round are. */
    double ratio() {
        return (double) silos
                * elements
                * Float.BYTES
                / ((double) TASK_MANAGERS * heapMebibytes * 1024 * 1024);
    }

    /**
     * Runs it to its end.
     *
     * @return promises that were not kept
     */
    List<Violation> run() throws IOException, StalledException {
        var violations = new ArrayList<Violation>();
        var processes = new ArrayList<AutoCloseable>();
        try {
            var broker = Broker.start(work, logs, List.of());
            processes.add(broker);
            var taskHeap =
                    MemorySize.ofMebiBytes(heapMebibytes - FlinkProcesses.FRAMEWORK_MEBIBYTES);
            var flink =
                    FlinkProcesses.start(
                            work, logs, ClusterShape.of(TASK_MANAGERS, taskHeap, state));
            processes.add(flink);
            run(broker, flink, processes, violations);
        } finally {
            close(processes);
        }
        ProcessLogs.outOfMemory(logs)
                .forEach(line -> violations.add(Violation.of(Law.PROCESSES_LIVE, "%s", line)));
        return violations;
    }

    private void run(
            Broker broker,
            FlinkProcesses flink,
            List<AutoCloseable> processes,
            List<Violation> violations)
            throws IOException, StalledException {
        var genesis = new DrillModel(seed, elements, CHUNK_ELEMENTS).genesis();
        new Founding(broker.connection(), TOPICS, siloIds()).publish(genesis);
        flink.submit(settings(broker), null, PARALLELISM);
        for (int first = 0; first < silos; first += SILOS_PER_PROCESS) {
            processes.add(silos(broker, first));
        }
        try (var watch = new Watch(broker.connection(), TOPICS, siloIds())) {
            for (int round = 0; round <= rounds; round++) {
                int version = round;
                long began = System.nanoTime();
                Patience.require(
                        "version " + version,
                        PATIENCE,
                        () -> {
                            watch.poll();
                            return watch.readable() >= version || !flink.dead().isEmpty();
                        });
                out.accept(
                        String.format(
                                Locale.ROOT,
                                "version %s of %s updates after %.1f s",
                                version,
                                watch.manifest(version) == null
                                        ? 0
                                        : watch.manifest(version).cohort().size(),
                                (System.nanoTime() - began) / 1e9));
            }
        } catch (StalledException e) {
            violations.add(Violation.of(Law.NOT_STALLED, "%s", e.getMessage()));
        }
        for (var dead : flink.dead()) {
            violations.add(Violation.of(Law.PROCESSES_LIVE, "%s has ended by itself", dead));
        }
        violations.addAll(LeftOpen.check(broker.connection(), TOPICS, PATIENCE));
        var log = FederationLogReader.read(broker.connection(), TOPICS, siloIds(), PATIENCE);
        violations.addAll(Checker.check(log, rounds));
        violations.addAll(Checker.checkVerdicts(log));
        violations.addAll(
                new Undisturbed(new DrillDeltas(seed, Attacker.NONE), genesis).check(log));
    }

    private JobSettings settings(Broker broker) {
        return JobSettings.from(
                Configuration.fromMap(
                        Map.ofEntries(
                                Map.entry(
                                        "kafka.bootstrap-servers",
                                        broker.connection().bootstrapServers()),
                                Map.entry("federation.name", TOPICS.federation()),
                                Map.entry("federation.rounds", String.valueOf(rounds)),
                                Map.entry("round.rule", "fednova"),
                                Map.entry(
                                        "round.server-optimizer", "nesterov(lr=0.7, momentum=0.9)"),
                                Map.entry("round.min-silos", String.valueOf(silos)),
                                Map.entry("round.local-steps", "4"),
                                Map.entry("round.silence", "5 min"),
                                Map.entry("round.deadline", "10 min"),
                                Map.entry("round.upload-timeout", "5 min"),
                                Map.entry("local.solver", "sgd"),
                                Map.entry("job.checkpoint-interval", "2 s"))));
    }

    private Jvm silos(Broker broker, int first) {
        var ids = siloIds().subList(first, Math.min(silos, first + SILOS_PER_PROCESS));
        var main =
                new SiloMain(
                        broker.connection().bootstrapServers(),
                        TOPICS.federation(),
                        work.resolve("silos"),
                        seed,
                        0,
                        300,
                        Attacker.NONE,
                        ids);
        // Of each silo the model twice, and what waits to be sent.
        long direct = 3L * ids.size() * elements * Float.BYTES / (1024 * 1024) + 64;
        long heap = 24L * ids.size() + 128;
        return Jvm.start(
                "silos-%s-to-%s".formatted(first + 1, first + ids.size()),
                logs,
                List.of(
                        "-Xmx" + heap + "m",
                        "-XX:MaxDirectMemorySize=" + direct + "m",
                        "-XX:+UseParallelGC"),
                SiloMain.class.getName(),
                main.arguments());
    }

    private List<String> siloIds() {
        return IntStream.rangeClosed(1, silos).mapToObj("silo-%03d"::formatted).toList();
    }

    private static void close(List<AutoCloseable> processes) {
        for (int i = processes.size() - 1; i >= 0; i--) {
            try {
                processes.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException("a process cannot be ended", e);
            }
        }
    }
}
