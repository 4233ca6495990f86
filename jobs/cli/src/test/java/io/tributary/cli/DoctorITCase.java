package io.tributary.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
import io.tributary.kafka.embedded.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every test has a federation of its own. */
class DoctorITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir static Path folder;
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(folder.resolve("kafka"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aFederationOnOneBrokerWorksAndIsWarnedOfItsOneCopy() throws IOException {
        create("well");

        var ended = doctor("well");

        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isEqualTo(ExitCode.WARNINGS);
        assertThat(ended.out().lines())
                .anyMatch(line -> line.startsWith("ok       java: Java "))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "ok       libraries: Flink 2.3.0, Kafka clients 4.2"))
                .anyMatch(line -> line.startsWith("ok       cluster version: metadata.version is"))
                .anyMatch(line -> line.startsWith("ok       brokers: all answer: 1 at 127.0.0.1:"))
                .anyMatch(line -> line.startsWith("ok       clock: the broker's clock is "))
                .anyMatch(line -> line.startsWith("ok       topic well.rounds: "))
                .anyMatch(line -> line.startsWith("ok       open transactions: 0"))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "warning  copies: there is one copy of every topic"))
                .endsWith("0 problems, 1 warning, 23 ok")
                .noneMatch(line -> line.startsWith("problem"));
        var json = doctor("well", "--json").json();
        assertThat(json.get("worst").asText()).isEqualTo("warning");
        assertThat(json.get("findings")).hasSize(24);
        assertThat(doctor("well", "--no-clock", "--json").json().get("findings")).hasSize(23);
    }

    /** What the doctor writes to tell the time must not be seen by anybody. */
    @Test
    void nothingIsLeftForReaders() {
        create("traceless");
        assertThat(doctor("traceless").exitCode()).isEqualTo(ExitCode.WARNINGS);

        assertThat(Ended.run(on("traceless", "transactions", "list")).out())
                .contains("no open transaction");
        assertThat(Ended.run(on("traceless", "status")).exitCode()).isZero();
    }

    /** A registry that would take whatever it is given. */
    @Test
    void theSchemaRegistryIsAskedWhetherItIsThereAndGivenNothing() throws Exception {
        create("registered");
        var asked = new CopyOnWriteArrayList<String>();
        var registry =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext(
                "/",
                exchange -> {
                    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                    var body = exchange.getRequestMethod().equals("GET") ? "[]" : "{\"id\": 1}";
                    exchange.sendResponseHeaders(200, body.length());
                    exchange.getResponseBody().write(body.getBytes(UTF_8));
                    exchange.close();
                });
        registry.start();
        try {
            var url = "http://127.0.0.1:" + registry.getAddress().getPort();

            assertThat(doctor("registered", "--schema-registry", url).out())
                    .contains(
                            "ok       schema registry: %s answers; the job registers what is not there when it starts"
                                    .formatted(url));
            assertThat(asked).isNotEmpty().containsOnly("GET /schemas/types");
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void aModelOnTheLogIsHeldAgainstHeapAndDisks() {
        create("sized");
        var init = on("sized", "init", "--layers", "1", "--width", "32", "--heads", "2");
        assertThat(Ended.run(init).exitCode()).isZero();

        assertThat(doctor("sized").out())
                .containsPattern(
                        "ok       heap: [0-9]+ parameters and 2 silos need 15. MB of heap for"
                                + " 'tributary job run'; a JVM here has ")
                .containsPattern("ok       brokers' disks: .* are free, for [0-9]+ rounds of ");
        assertThat(doctor("sized", "--parameters", "900B").out())
                .contains("warning  heap: 900B parameters", "TRIBUTARY_JAVA_OPTS=-Xmx");
    }

    @Test
    void brokersThatHoldNobodyToAnythingAreWarnedOfInOneSentence() {
        create("open");

        var ended = doctor("open", "--as", "silo", "--silo", "acme");

        assertThat(ended.exitCode()).as(ended.out()).isEqualTo(ExitCode.WARNINGS);
        assertThat(ended.out().lines().filter(line -> line.contains(" access: ")))
                .singleElement()
                .asString()
                .startsWith("warning  access: the brokers have no authorizer");
    }

    /** Nobody sees what was sent, and the silo's own upload works beside it. */
    @Test
    void theLinkIsMeasuredAndNothingOfItIsSeen() throws Exception {
        create("link");

        var ended =
                doctor("link", "--bandwidth", "--silo", "acme", "--parameters", "1M", "--no-clock");

        assertThat(ended.out())
                .containsPattern(
                        "ok       bandwidth: .*/s to the broker, of .* sent and taken back")
                .containsPattern(
                        "ok       upload: an update of 1M parameters in f32 \\(4.00 MB\\)");
        var config = broker.connection().clientConfig();
        config.put("isolation.level", "read_committed");
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor("link.updates.acme").stream()
                            .map(p -> new TopicPartition("link.updates.acme", p.partition()))
                            .toList();
            consumer.assign(partitions);
            var ends = consumer.endOffsets(partitions);
            assertThat(ends.values()).anyMatch(end -> end > 1); // it was written
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
            }
        }
        assertThat(Ended.run(on("link", "transactions", "list")).out())
                .contains("no open transaction");
    }

    @Test
    void aLinkThatIsTooSlowForTheModelIsAProblemWithItsRemedy() {
        create("slow");

        var ended =
                doctor(
                        "slow",
                        "--bandwidth",
                        "--silo",
                        "acme",
                        "--parameters",
                        "900B",
                        "--transaction-timeout",
                        "1 s",
                        "--no-clock");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(ended.out())
                .contains(
                        "and the silo's transaction may take 1 s: the broker would end it before it"
                                + " is whole",
                        "-> start the silo with --transaction-timeout",
                        "or halve the update with round.codec: bf16");
    }

    @Test
    void optionsThatDoNotGoTogetherAreToldAtOnce() {
        assertThat(doctor("none", "--as", "silo").err())
                .isEqualToIgnoringNewLines("tributary: --as silo needs --silo ID");
        assertThat(doctor("none", "--bandwidth").err())
                .isEqualToIgnoringNewLines("tributary: --bandwidth needs --silo ID");
        assertThat(doctor("none", "--port", "0").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aSiloDoesNotStartWithALongerTransactionThanTheBrokersAllow() throws IOException {
        create("limit");
        var text = Files.createDirectories(folder.resolve("text"));
        for (int i = 0; i < 40; i++) {
            Files.writeString(
                    text.resolve(i + ".txt"), (i + " is a number to train on. ").repeat(100));
        }

        var ended =
                Ended.run(
                        on(
                                "limit",
                                "silo",
                                "run",
                                "--silo",
                                "acme",
                                "--data",
                                text.toString(),
                                "--held-out",
                                "0.5",
                                "--state",
                                folder.resolve("state").toString(),
                                "--transaction-timeout",
                                "16 min"));

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err())
                .isEqualToIgnoringNewLines(
                        "tributary: --transaction-timeout must be at most the brokers'"
                                + " transaction.max.timeout.ms, 15 min, got 16 min");
    }

    @Test
    void whatIsWrongIsToldWithItsRemedy() throws Exception {
        create("wrong");
        try (var admin = Admin.create(broker.connection().clientConfig())) {
            admin.deleteTopics(List.of("wrong.rejected", "wrong.rounds")).all().get();
            await().atMost(PATIENCE)
                    .until(() -> !admin.listTopics().names().get().contains("wrong.rounds"));
            var rounds =
                    new NewTopic("wrong.rounds", 2, (short) 1)
                            .configs(Map.of("retention.ms", "60000"));
            admin.createTopics(List.of(rounds)).all().get();
        }

        var ended =
                doctor(
                        "wrong",
                        "-Dkafka.transaction-timeout=20 min",
                        "-Dround.publish-timeout=1 s");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(ended.out())
                .contains(
                        "problem  publish timeout: round.publish-timeout (1 s) must exceed",
                        "problem  broker's longest transaction: kafka.transaction-timeout (20 min)",
                        "problem  topic wrong.rejected: wrong.rejected does not exist",
                        "-> create it with 'tributary topics create --federation wrong'",
                        "wrong.rounds has 2 partitions",
                        "wrong.rounds has message.timestamp.type=CreateTime",
                        "wrong.rounds keeps records for 1 min, no longer than round.deadline (1 h)",
                        "--add-config message.timestamp.type=LogAppendTime");

        var start =
                Ended.run(
                        "job",
                        "run",
                        "-Dfederation.name=wrong",
                        "-Dkafka.bootstrap-servers=" + broker.bootstrapServers(),
                        "-Dkafka.transaction-timeout=20 min");
        assertThat(start.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(start.err())
                .hasLineCount(1)
                .contains("transaction.max.timeout.ms (15 min)", "wrong.rejected does not exist");
    }

    @Test
    void settingsThatCannotBeReadAreAProblemAmongOthers() throws IOException {
        create("config");
        var file = folder.resolve("job.yaml");
        Files.writeString(
                file,
                """
                kafka.bootstrap-servers: %s
                federation.name: config
                round.quorum: many
                """
                        .formatted(broker.bootstrapServers()));

        var ended = Ended.run("doctor", "--config", file.toString());

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(ended.out())
                .contains(
                        "problem  configuration: round.quorum must be a whole number, got 'many'",
                        "ok       topic config.rounds");
    }

    /** A region has no versions of its own, and must have no topics for them. */
    @Test
    void aRegionStaysOneWhenItsSettingsCannotBeRead() {
        var ended = doctor("region", "-Drelay.parent=whole", "-Dround.quorum=many");

        assertThat(ended.out())
                .contains(
                        "problem  configuration: round.quorum must be a whole number, got 'many'",
                        "problem  topic region.rounds: region.rounds does not exist",
                        "problem  topic whole.models: whole.models does not exist")
                .doesNotContain("region.models");
    }

    @Test
    void aClusterThatDoesNotAnswerEndsTheVisit() {
        var ended = Ended.run("doctor", "-b", "127.0.0.1:1", "-f", "has");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.CLUSTER);
        assertThat(ended.out())
                .contains("ok       java", "problem  cluster: no Kafka broker answers");
    }

    /** What was found until then is worth as much as before. */
    @Test
    void aClusterThatCannotBeAskedTakesNothingBack() {
        var ended =
                doctor("asked", "-Dround.quorum=many", "-Dkafka.security.security.protocol=NOPE");

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.CLUSTER);
        assertThat(ended.out())
                .contains(
                        "ok       java",
                        "problem  configuration: round.quorum must be a whole number, got 'many'",
                        "problem  cluster: Kafka: Invalid value NOPE",
                        "-> nothing else could be checked");
    }

    @Test
    void aCheckpointIsHeldAgainstTheTopicsThatExist() throws Exception {
        create("kept");
        var init = on("kept", "init", "--layers", "1", "--width", "32", "--heads", "2");
        assertThat(Ended.run(init).exitCode()).isZero();
        var checkpoint = checkpoint("kept");
        var path = Path.of(URI.create(checkpoint)).toString();

        assertThat(doctor("kept", "--checkpoint", path).out())
                .contains("ok       checkpoint: reads ", "and all are there");

        try (var admin = Admin.create(broker.connection().clientConfig())) {
            admin.deleteTopics(List.of("kept.updates.acme")).all().get();
            await().atMost(PATIENCE)
                    .until(() -> !admin.listTopics().names().get().contains("kept.updates.acme"));
        }

        var ended = doctor("kept", "--checkpoint", path);
        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(ended.out())
                .contains(
                        "problem  checkpoint: the checkpoint goes on reading topic kept.updates.acme",
                        "tributary topics create --silo acme --chunk-partitions 4");
        var start =
                Ended.run(
                        "job",
                        "run",
                        "--restore",
                        path,
                        "-Dfederation.name=kept",
                        "-Dkafka.bootstrap-servers=" + broker.bootstrapServers());
        assertThat(start.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(start.err())
                .hasLineCount(1)
                .contains("goes on reading topic kept.updates.acme", "topics create --silo acme");
    }

    /** The last checkpoint of a job that has read all topics. */
    private static String checkpoint(String federation) throws Exception {
        var work = folder.resolve("flink");
        var settings =
                JobSettings.from(
                        Configuration.fromMap(
                                Map.of(
                                        "kafka.bootstrap-servers",
                                        broker.bootstrapServers(),
                                        "federation.name",
                                        federation,
                                        "job.checkpoint-interval",
                                        "200 ms")));
        try (var cluster = LocalCluster.start(work, 1, 1, 1)) {
            var job = cluster.submit(settings, null);
            // Sources find their partitions a moment after the first checkpoint.
            await().atMost(PATIENCE).until(() -> newest(work.resolve("checkpoints/" + job)) > 5);
            return cluster.cancel(job).orElseThrow();
        }
    }

    private static int newest(Path checkpoints) throws IOException {
        if (!Files.exists(checkpoints)) {
            return 0;
        }
        try (var folders = Files.list(checkpoints)) {
            return folders.map(f -> f.getFileName().toString())
                    .filter(name -> name.startsWith("chk-"))
                    .mapToInt(name -> Integer.parseInt(name.substring("chk-".length())))
                    .max()
                    .orElse(0);
        }
    }

    private static void create(String federation) {
        var created =
                Ended.run(on(federation, "topics", "create", "--replication", "1", "-s", "acme"));
        assertThat(created.exitCode()).as(created.err()).isZero();
    }

    private static Ended doctor(String federation, String... more) {
        var words = new ArrayList<>(List.of("doctor"));
        words.addAll(List.of(more));
        return Ended.run(on(federation, words.toArray(String[]::new)));
    }

    private static String[] on(String federation, String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of("-b", broker.bootstrapServers(), "-f", federation));
        return words.toArray(String[]::new);
    }
}
