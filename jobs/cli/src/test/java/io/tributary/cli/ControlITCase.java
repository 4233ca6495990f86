package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.kafka.client.ControlLog;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tributary control} as it is typed, on a real broker; the test answers for the job. */
class ControlITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir static Path folder;
    private static EmbeddedBroker broker;

    private record Ended(int exitCode, String out, String err) {

        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }
    }

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(folder.resolve("kafka"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void withoutAJobTheCommandStaysOnTheLog() throws IOException {
        create("alone");
        publish("alone", 0);

        var ended =
                on(
                        "alone",
                        "control",
                        "pause",
                        "--timeout",
                        "100 ms",
                        "--author",
                        "ada",
                        "--reason",
                        "the loss jumps");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.UNANSWERED);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .contains("pause: command 0 on alone.control; waiting")
                .contains("tributary: no job has answered within 100 ms")
                .contains("stays on alone.control");
        assertThat(commands("alone"))
                .singleElement()
                .extracting(CommandRecord::command)
                .isEqualTo(
                        new ControlCommand(
                                "main",
                                ControlCommand.Kind.PAUSE,
                                "",
                                "",
                                "ada",
                                "the loss jumps"));
        assertThat(on("alone", "control", "log").out())
                .contains("ada", "pause", "the loss jumps", "not answered");
        assertThat(on("alone", "status").out()).contains("not answered by a job: pause");
        var log = on("alone", "control", "log", "--json").json();
        assertThat(log).hasSize(1);
        assertThat(log.at("/0/answered").asBoolean()).isFalse();
        assertThat(log.at("/0/applied").isNull()).isTrue();
    }

    /** Nobody would ever answer it, and nothing takes a record back. */
    @Test
    void aModelThatIsNotThereIsToldBeforeAnythingIsSent() {
        create("typo");
        publish("typo", 0);

        var ended = on("typo", "control", "pause", "--model", "mian");

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(ended.err())
                .isEqualToIgnoringNewLines(
                        "tributary: federation typo has no version of model mian");
        assertThat(on("typo", "control", "log", "--model", "mian").out())
                .contains("no commands to model mian");
        assertThat(
                        on("typo", "control", "roll-back", "-m", "mian", "--to", "0", "--yes")
                                .exitCode())
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(on("nowhere", "control", "resume").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void theJobsAnswerIsPrintedAndAuditedAndShown() throws Exception {
        create("obeys");
        publish("obeys", 0);

        var ended =
                answered("obeys", true, "round.deadline is 90000 ms", "set", "round.deadline=90 s");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .isEqualToIgnoringNewLines("round.deadline is 90000 ms, from round 8 on");
        assertThat(commands("obeys"))
                .singleElement()
                .extracting(c -> c.command().value())
                .isEqualTo("90000");
        assertThat(on("obeys", "control", "log").out())
                .contains("set round.deadline=90 s", "round.deadline is 90000 ms, from round 8 on");
        assertThat(on("obeys", "status").out())
                .contains("changed by operators", "round.deadline=90 s");
    }

    @Test
    void aRefusalHasAnExitCodeOfItsOwn() throws Exception {
        create("refuses");
        publish("refuses", 0);

        var ended = answered("refuses", false, "silo x has not been evicted", "readmit", "x");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("tributary: refused: silo x has not been evicted");
        assertThat(on("refuses", "control", "log").out())
                .contains("refused: silo x has not been evicted");
    }

    @Test
    void scriptsGetTheAnswerAsJson() throws Exception {
        create("json");
        publish("json", 0);

        var json = answered("json", true, "done", "evict", "acme", "--json").json();

        assertThat(json.get("command").asText()).isEqualTo("evict");
        assertThat(json.get("subject").asText()).isEqualTo("acme");
        assertThat(json.get("applied").asBoolean()).isTrue();
        assertThat(json.get("answer").asText()).isEqualTo("done");
        assertThat(json.get("round").asInt()).isEqualTo(8);
        assertThat(on("json", "status", "--json").json().at("/operators/evicted/0").asText())
                .isEqualTo("acme");
    }

    @Test
    void aRollBackIsExplainedAndAskedFor() {
        create("back");
        publish("back", 0);
        publish("back", 1);
        String[] back = {"control", "roll-back", "--timeout", "100 ms", "--to", "0"};

        var declined = asked("n\n", "back", back);
        assertThat(declined.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(declined.err())
                .contains("version 0 of main becomes the newest, as version 2 (or later")
                .contains("without moments")
                .contains("Roll back? [y/N]")
                .contains("not confirmed; nothing was sent");
        var nobody = asked("", "back", back);
        assertThat(nobody.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(nobody.err()).contains("--yes");
        assertThat(commands("back")).isEmpty();

        assertThat(asked("y\n", "back", back).exitCode()).isEqualTo(ExitCode.UNANSWERED);
        assertThat(commands("back"))
                .singleElement()
                .extracting(c -> c.command().subject())
                .isEqualTo("0");
    }

    @Test
    void aRollBackToWhatIsNotBehindIsRefusedBeforeAnybodyIsAsked() {
        create("newest");
        publish("newest", 0);

        var ended = asked("y\n", "newest", "control", "roll-back", "--to", "0");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err())
                .isEqualToIgnoringNewLines(
                        "tributary: --to must be a version before the newest, 0, got 0");
        create("empty");
        assertThat(asked("y\n", "empty", "control", "roll-back", "--to", "0").exitCode())
                .isEqualTo(ExitCode.NOT_FOUND);
    }

    private static void publish(String federation, int version) {
        var tensor = new TensorSpec("w", List.of(8));
        var layout =
                new ModelLayout(List.of(new Block("all", Slot.WEIGHTS, List.of(tensor))), 4)
                        .validated();
        var genesis = new Genesis("main", version, version - 1, "{}", "bytes", Codec.F32, 0);
        var topics = new FederationTopics(federation);
        var manifest =
                new GenesisWriter(broker.connection(), topics, PATIENCE)
                        .write(genesis, ParameterBuffer.allocate(layout));
        assertThat(manifest.version()).isEqualTo(version);
    }

    @Test
    void withYesARollBackIsNotAskedFor() throws Exception {
        create("yes");
        publish("yes", 0);

        var ended = answered("yes", false, "too far", "roll-back", "--to", "3", "--yes");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void nothingWasAskedForInTheBeginning() {
        create("quiet");

        assertThat(on("quiet", "control", "log").out())
                .isEqualToIgnoringNewLines("no commands to model main");
    }

    /** Types a command, and answers it as a job would. */
    private static Ended answered(
            String federation, boolean applied, String detail, String... words) throws Exception {
        var topics = new FederationTopics(federation);
        var all = new ArrayList<>(List.of("control"));
        all.addAll(List.of(words));
        var typed = CompletableFuture.supplyAsync(() -> on(federation, all.toArray(String[]::new)));
        await().atMost(PATIENCE).until(() -> !commands(federation).isEmpty());
        var config = broker.connection().clientConfig();
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            var answer = new ControlOutcome("main", 0, applied, detail, 8, 0);
            assertThat(producer.send(new FederationRecords(topics).round(answer)).get())
                    .isNotNull();
        }
        return typed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<CommandRecord> commands(String federation) {
        return new ControlLog(broker.connection(), new FederationTopics(federation), PATIENCE)
                .commands();
    }

    private static void create(String federation) {
        assertThat(on(federation, "topics", "create", "--replication", "1").exitCode()).isZero();
    }

    /** A command with somebody at the keyboard. */
    private static Ended asked(String typed, String federation, String... command) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        try {
            return on(federation, command);
        } finally {
            System.setIn(before);
        }
    }

    private static Ended on(String federation, String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of("-b", broker.bootstrapServers(), "-f", federation));
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode =
                Tributary.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(words.toArray(String[]::new));
        return new Ended(exitCode, out.toString(), err.toString());
    }
}
