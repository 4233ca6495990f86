package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.embedded.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as they are typed, on a real broker. */
class CommandsITCase {

    private static final int DOCUMENTS = 40;

    @TempDir static Path folder;
    private static EmbeddedBroker broker;
    private static Path text;

    @BeforeAll
    static void start() throws IOException {
        broker = EmbeddedBroker.start(folder.resolve("kafka"));
        text = Files.createDirectories(folder.resolve("text"));
        for (int i = 0; i < DOCUMENTS; i++) {
            Files.writeString(
                    text.resolve(i + ".txt"), ("river number " + i + " flows. ").repeat(9));
        }
        // Has a model; the federations of single tests are their own.
        assertThat(on("has", "topics", "create", "--replication", "1", "-s", "acme").exitCode())
                .isZero();
        assertThat(init("has").exitCode()).isZero();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void topicsAreCreatedOnceAndLeftAloneAfterwards() {
        String[] create = {"topics", "create", "--replication", "1", "-s", "acme"};

        assertThat(on("twice", create).out()).contains("created twice.updates.acme");
        var again = on("twice", create);

        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).isEqualToIgnoringNewLines("all topics exist already");
    }

    @Test
    void moreCopiesThanBrokersAreRefusedWithTheRemedy() {
        refused(ExitCode.USAGE, on("copies", "topics", "create"), "--replication 1");
    }

    @Test
    void versionZeroIsPublishedOnce() {
        refused(ExitCode.USAGE, init("has"), "version 0 of main", "already");
    }

    @Test
    void aModelThatIsThereCanBeLeftAlone() throws IOException {
        var digest = on("has", "status", "--json").json().get("digest");

        // Not even drawn: one layer of this has 51 billion parameters.
        var ended = on("has", "init", "--if-missing", "--width", "65536", "--layers", "1");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).isEqualToIgnoringNewLines("model main exists already");
        assertThat(on("has", "status", "--json").json().get("digest")).isEqualTo(digest);
    }

    @Test
    void anEmptyFederationHasAStatus() throws IOException {
        var created = on("empty", "topics", "create", "--replication", "1", "-s", "acme");
        assertThat(created.exitCode()).isZero();

        assertThat(on("empty", "status").out()).contains("no version yet", "acme");
        var json = on("empty", "status", "--json").json();

        assertThat(json.get("version").isNull()).isTrue();
        assertThat(json.get("silos").has("acme")).isTrue();
        refused(ExitCode.NOT_FOUND, on("empty", "generate"), "no version of model main");
    }

    @Test
    void aPublishedModelShowsInTheStatus() throws IOException {
        assertThat(on("has", "status").out()).contains("version 0", "no open round");
        var json = on("has", "status", "--json").json();

        assertThat(json.get("version").asInt()).isZero();
        assertThat(json.get("parameters").asLong()).isEqualTo(23_040);
        assertThat(json.get("digest").asText()).hasSize(64);
    }

    @Test
    void aVersionIsExportedForHuggingFace() {
        var target = folder.resolve("export");

        var ended = on("has", "export", "-v", "0", "-o", target.toString());

        assertThat(ended.out()).contains("wrote version 0 of main");
        assertThat(target.resolve("config.json")).exists();
        assertThat(target.resolve("model.safetensors")).exists();
    }

    @Test
    void whatWasExportedIsImportedToTheSameBits() throws IOException {
        var target = folder.resolve("import").toString();
        assertThat(on("has", "export", "-v", "0", "-o", target).exitCode()).isZero();
        var digest = on("has", "status", "--json").json().get("digest").asText();
        assertThat(on("took", "topics", "create", "--replication", "1").exitCode()).isZero();

        var imported = on("took", "import", "-i", target);

        assertThat(imported.err()).isEmpty();
        assertThat(imported.out()).contains("published version 0 of main", digest);
        assertThat(on("took", "evaluate", "-d", text.toString()).exitCode()).isZero();
        refused(ExitCode.USAGE, on("took", "import", "-i", target), "version 0 of main", "already");
    }

    @Test
    void aFolderThatIsNoModelIsNotImported() throws IOException {
        var empty = Files.createDirectories(folder.resolve("no-model"));
        refused(
                ExitCode.USAGE,
                on("has", "import", "-i", empty.toString()),
                "no-model/config.json");

        Files.writeString(empty.resolve("config.json"), "{\"model_type\": \"llama\"}");
        refused(
                ExitCode.USAGE,
                on("has", "import", "-i", empty.toString()),
                "config.json",
                "model_type is 'llama'; only gpt2 is supported");
    }

    @Test
    void aPortThatIsInUseIsToldBeforeAnythingStarts() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused(
                    ExitCode.USAGE,
                    on(
                            "has",
                            "silo",
                            "run",
                            "-s",
                            "acme",
                            "-d",
                            "none",
                            "--metrics-port",
                            String.valueOf(taken.getLocalPort())),
                    "metrics cannot be served on 127.0.0.1:" + taken.getLocalPort(),
                    "another program uses the port");
        }
    }

    @Test
    void theCurvesOfAFederationAreWrittenOnce() throws IOException {
        var board = folder.resolve("board");
        String[] track = {"track", "--once", "--tensorboard", board.toString()};
        var first = on("has", track);
        assertThat(first.err()).isEmpty();
        assertThat(first.out()).contains("board/has/main");
        assertThat(board.resolve("has").resolve("main"))
                .isDirectoryContaining("glob:**/events.out.tfevents.*.tributary");
        assertThat(on("has", track).exitCode()).isZero();
    }

    @Test
    void aFreshModelKnowsNothing() throws IOException {
        var json = on("has", "evaluate", "-d", text.toString(), "--json").json();

        // 257 tokens, all about equally likely; a model drawn at random is a little worse.
        assertThat(json.get("perplexity").asDouble()).isBetween(240.0, 400.0);
        assertThat(json.get("version").asInt()).isZero();
    }

    @Test
    void theSameSeedGeneratesTheSameText() {
        String[] generate = {"generate", "-p", "river", "-n", "8", "--seed", "3"};
        var first = on("has", generate);

        assertThat(first.exitCode()).isZero();
        assertThat(first.out()).startsWith("river");
        assertThat(on("has", generate).out()).isEqualTo(first.out());
    }

    @Test
    void aVersionThatIsNotThereIsNamedBesideThoseThatAre() {
        refused(ExitCode.NOT_FOUND, on("has", "generate", "-v", "7"), "no version 7", "[0]");
    }

    @Test
    void onlyAVersionThatARoundHasMadeIsReplayed() {
        refused(ExitCode.USAGE, on("has", "replay", "-v", "0"), "version 0 of main was given");
        refused(
                ExitCode.NOT_FOUND,
                on("has", "replay", "-v", "7"),
                "no version 7",
                "the newest before it is 0");
    }

    @Test
    void aFederationWithoutTopicsIsNotFound() {
        refused(ExitCode.NOT_FOUND, on("none", "status"), "none.rounds", "topics create");
        refused(ExitCode.NOT_FOUND, init("none"), "none.rounds", "topics create");
    }

    @Test
    void anotherTokenizerThanTheModelsIsRefused() throws IOException {
        var target = folder.resolve("tokenizer");
        assertThat(on("has", "export", "-o", target.toString()).exitCode()).isZero();
        var tokenizer = target.resolve("tokenizer.json").toString();

        refused(
                ExitCode.USAGE,
                on("has", "generate", "--tokenizer", tokenizer),
                "made for bytes",
                "--tokenizer");
    }

    @Test
    void aFolderWithoutTextIsRefused() throws IOException {
        var empty = Files.createDirectories(folder.resolve("no-text")).toString();

        refused(ExitCode.USAGE, on("has", "evaluate", "-d", empty), empty, "no text");
        refused(ExitCode.USAGE, on("has", "silo", "run", "-s", "acme", "-d", empty), "no text");
        refused(
                ExitCode.USAGE,
                on("has", "evaluate", "-d", empty + "/none"),
                "none does not exist");
    }

    @Test
    void aBrokerThatIsNotThereIsToldWithinSeconds() {
        refused(
                ExitCode.CLUSTER,
                run("status", "-f", "has", "-b", "no-such-host.invalid:9092"),
                "no-such-host.invalid:9092");
        refused(
                ExitCode.CLUSTER,
                run("status", "-f", "has", "-b", "127.0.0.1:1"),
                "no Kafka broker answers at 127.0.0.1:1");
    }

    @Test
    void aPageNeedsAFederationAndAPortThatIsFree() throws IOException {
        refused(ExitCode.NOT_FOUND, on("none", "dashboard", "--port", "0"), "none.rounds");
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = String.valueOf(taken.getLocalPort());
            refused(ExitCode.USAGE, on("has", "dashboard", "--port", port), port, "--port");
        }
    }

    @Test
    void theJobNeedsAModelToBeginWith() {
        assertThat(on("job", "topics", "create", "--replication", "1").exitCode()).isZero();

        refused(
                ExitCode.NOT_FOUND,
                run(
                        "job",
                        "run",
                        "-Dfederation.name=job",
                        "-Dkafka.bootstrap-servers=" + broker.bootstrapServers(),
                        "--work",
                        folder.resolve("work").toString()),
                "no version of model main",
                "tributary init");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bogus",
                "status",
                "topics",
                "status --bogus",
                "status -b x -f has",
                "status -f Not_A_Name -b 127.0.0.1:1",
                "job run",
                "job run -c none.yaml",
                "job run -Dround.quorum=many",
                "job run -Dfederation.nmae=x",
                "job run --restore /nowhere -Dfederation.name=x -Dkafka.bootstrap-servers=h:1",
                "topics create -b h:1 -f x -s Not_An_Id",
                "init -b h:1 -f x --layers 0",
                "init -b h:1 -f x --width 33",
                "init -b h:1 -f x -m Not_A_Name",
                "generate -b h:1 -f x -n -3",
                "generate -b h:1 -f x -v one",
                "evaluate -b h:1 -f x -d none --held-out 2",
                "export -b h:1 -f x -o y --format gguf",
                "export -b h:1 -f x -o y --tokenizer none.json",
                "replay -b h:1 -f x",
                "replay -b h:1 -f x -v -1",
                "replay -b h:1 -f x -v 1 --rule krumm",
                "replay -b h:1 -f x -v 1 --optimizer adam",
                "replay -b h:1 -f x -v 1 --noise-secret-file none",
                "doctor",
                "doctor -b h:1 -f x --checkpoint /nowhere",
                "doctor -b h:1 -f Not_A_Name",
                "doctor -c none.yaml",
                "import -b h:1 -f x",
                "import -b h:1 -f x -i none",
                "silo run -b h:1 -f x -s acme -d none --metrics-port 70000",
                "silo run -b h:1 -f x -s acme -d none --metrics-port 0 --metrics-host no.invalid",
                "track -b h:1 -f x",
                "track -b h:1 -f x --mlflow nowhere",
                "track -b h:1 -f x --tensorboard x -m Not_A_Name",
                "topics create -b h:1 -f x -s main",
                "topics create -b h:1 -f x -s acme -s genesis",
                "dashboard",
                "dashboard -b h:1 -f x --port -1",
                "dashboard -b h:1 -f x --port 65536",
                "dashboard -b h:1 -f x --history 0",
                "dashboard -b h:1 -f x --tokenizer none.json",
                "transactions",
                "transactions list -b h:1 -f x --older-than soon",
                "transactions list -b h:1 -f x -s Not_An_Id",
                "transactions abort -b h:1 -f x",
                "control",
                "control halt -b h:1 -f x",
                "control pause -b h:1 -f x --timeout soon",
                "control pause -b h:1 -f x -m Not_A_Name",
                "control evict -b h:1 -f x",
                "control evict -b h:1 -f x Not_An_Id",
                "control set -b h:1 -f x round.quorum",
                "control set -b h:1 -f x round.quorum=many",
                "control set -b h:1 -f x round.codec=f16",
                "control set -b h:1 -f x round.rule=krumm",
                "control set -b h:1 -f x round.server-optimizer=adam",
                "control set -b h:1 -f x local.learning-rate=-1",
                "control stop -b h:1 -f x",
                "control stop -b h:1 -f x --after 0",
                "control roll-back -b h:1 -f x",
                "control roll-back -b h:1 -f x --to -1",
                "demo --rounds 0",
                "demo --rule krum",
                "demo --rule trimmed-mean(f=2)",
                "demo --optimizer adam",
                "demo --codec zip",
                "demo --grace NaN",
                "demo --data none",
            })
    void aWrongCommandLineIsRefusedBeforeAnythingStarts(String line) {
        refused(ExitCode.USAGE, run(line.split(" ", -1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "dashboard",
                "doctor",
                "transactions",
                "control",
                "control roll-back",
                "control set",
                "export",
                "evaluate",
                "generate",
                "import",
                "track",
                "replay",
                "aggregate"
            })
    void aCommandExplainsItself(String command) {
        var ended = run((command + " --help").split(" ", -1));

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith("Usage: tributary " + command);
    }

    private static Ended init(String federation) {
        return on(
                federation,
                "init",
                "--layers",
                "1",
                "--width",
                "32",
                "--heads",
                "2",
                "--context",
                "64");
    }

    /** A command for a federation of the test's broker. */
    private static Ended on(String federation, String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of("-b", broker.bootstrapServers(), "-f", federation));
        return run(words.toArray(String[]::new));
    }

    private static Ended run(String... words) {
        return Ended.run(words);
    }

    /** One sentence, the code, and nothing on standard output. */
    private static void refused(int exitCode, Ended ended, String... parts) {
        assertThat(ended.err())
                .startsWith("tributary: ")
                .hasLineCount(1)
                .satisfies(said -> List.of(parts).forEach(part -> assertThat(said).contains(part)));
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
    }
}
