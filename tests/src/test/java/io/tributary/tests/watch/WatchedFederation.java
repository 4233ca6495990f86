package io.tributary.tests.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.aggregation.JobSettings;
import io.tributary.kafka.embedded.FreePorts;
import io.tributary.tests.process.Broker;
import io.tributary.tests.process.ClusterShape;
import io.tributary.tests.process.FlinkProcesses;
import io.tributary.tests.process.Jvm;
import io.tributary.tests.process.Patience;
import io.tributary.tests.process.StalledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * A federation of processes, each with the metrics that it has in production: a broker, a Flink
 * cluster with its Prometheus reporter, silos that train a small model, and the live page.
 */
final class WatchedFederation implements AutoCloseable {

    static final String FEDERATION = "watched";
    static final String MODEL = "main";

    private static final List<String> SILOS = List.of("acme", "bolt-eu", "core");
    private static final String COMMAND = "io.tributary.cli.Tributary";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int DOCUMENTS = 20;
    private static final int WORDS = 300;

    private final Path work;
    private final Path logs;
    private final List<Integer> flinkPorts = FreePorts.take(2);
    private final List<Integer> siloPorts = FreePorts.take(SILOS.size());
    private final int pagePort = FreePorts.take();
    private final List<AutoCloseable> running = new ArrayList<>();

    private WatchedFederation(Path work, Path logs) {
        this.work = work;
        this.logs = logs;
    }

    /**
     * Starts all of it.
     *
     * @throws StalledException if a part does not start; nothing is left running then
     */
    static WatchedFederation start(Path work, Path logs) throws IOException, StalledException {
        var federation = new WatchedFederation(work, logs);
        try {
            federation.startAll();
            return federation;
        } catch (IOException | StalledException | RuntimeException e) {
            federation.close();
            throw e;
        }
    }

    /**
     * Where its metrics are, by the names of the jobs in Prometheus' configuration. The job manager
     * is started first, and takes the first port.
     */
    Map<String, List<Integer>> ports() {
        return Map.of(
                "flink-jobmanager", flinkPorts.subList(0, 1),
                "flink-taskmanager", flinkPorts.subList(1, 2),
                "tributary-silo", siloPorts,
                "tributary-dashboard", List.of(pagePort));
    }

    private void startAll() throws IOException, StalledException {
        var broker = Broker.start(work, logs, List.of());
        running.add(broker);
        var address = broker.connection().bootstrapServers();
        var topics = new ArrayList<>(List.of("topics", "create", "--replication", "1"));
        SILOS.forEach(silo -> topics.addAll(List.of("--silo", silo)));
        finish("topics", address, topics);
        finish(
                "init",
                address,
                List.of(
                        "init",
                        "--layers",
                        "1",
                        "--heads",
                        "2",
                        "--width",
                        "16",
                        "--context",
                        "32",
                        "--chunk-elements",
                        "4096"));
        var flink = FlinkProcesses.start(work, logs, shape());
        running.add(flink);
        flink.submit(settings(address), null, 2);
        begin("page", address, List.of("dashboard", "--port", String.valueOf(pagePort)));
        for (int i = 0; i < SILOS.size(); i++) {
            var silo = SILOS.get(i);
            begin(
                    "silo-" + silo,
                    address,
                    List.of(
                            "silo",
                            "run",
                            "--silo",
                            silo,
                            "--data",
                            text(silo, i).toString(),
                            "--state",
                            work.resolve("state").toString(),
                            "--evaluation-tokens",
                            "256",
                            "--metrics-port",
                            String.valueOf(siloPorts.get(i))));
        }
    }

    private ClusterShape shape() {
        return ClusterShape.of(1, MemorySize.ofMebiBytes(192), FlinkProcesses.State.HASHMAP)
                .withMetrics(flinkPorts);
    }

    private static JobSettings settings(String address) {
        return JobSettings.from(
                Configuration.fromMap(
                        Map.ofEntries(
                                Map.entry("kafka.bootstrap-servers", address),
                                Map.entry("kafka.discovery-interval", "1 s"),
                                Map.entry("federation.name", FEDERATION),
                                Map.entry("federation.model", MODEL),
                                Map.entry("round.min-silos", String.valueOf(SILOS.size())),
                                Map.entry("round.local-steps", "4"),
                                Map.entry("local.batch-size", "2"),
                                Map.entry("local.sequence-length", "32"),
                                Map.entry("job.checkpoint-interval", "1 s"))));
    }

    /** Words of a few letters, other ones for every silo: there is something to learn. */
    private Path text(String silo, int seed) throws IOException {
        var folder = Files.createDirectories(work.resolve("text").resolve(silo));
        var random = new Random(seed);
        var letters = "abcdefghijklmnopqrstuvwxyz".substring(seed, seed + 6);
        for (int document = 0; document < DOCUMENTS; document++) {
            var words =
                    IntStream.range(0, WORDS)
                            .mapToObj(word -> word(letters, random))
                            .collect(Collectors.joining(" "));
            Files.writeString(folder.resolve(document + ".txt"), words, UTF_8);
        }
        return folder;
    }

    private static String word(String letters, Random random) {
        return random.ints(1 + random.nextInt(5), 0, letters.length())
                .mapToObj(letter -> letters.substring(letter, letter + 1))
                .collect(Collectors.joining());
    }

    private Jvm begin(String name, String address, List<String> arguments) {
        var all = new ArrayList<>(arguments);
        all.addAll(List.of("--bootstrap-servers", address, "--federation", FEDERATION));
        var process =
                Jvm.start(
                        name,
                        logs,
                        List.of(
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-Dai.djl.offline=true",
                                "-Dai.djl.pytorch.num_threads=1",
                                "-Dai.djl.pytorch.num_interop_threads=1"),
                        COMMAND,
                        all);
        running.add(process);
        return process;
    }

    private void finish(String name, String address, List<String> arguments)
            throws StalledException {
        var process = begin(name, address, arguments);
        Patience.require("the end of " + name, PATIENCE, () -> !process.isAlive());
    }

    @Override
    public void close() {
        for (int i = running.size() - 1; i >= 0; i--) {
            try {
                running.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot end a process: " + e.getMessage(), e);
            }
        }
    }
}
