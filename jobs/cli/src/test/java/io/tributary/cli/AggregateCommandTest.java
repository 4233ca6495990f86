package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as it is typed; nothing of it needs a broker. */
class AggregateCommandTest {

    @TempDir private Path folder;

    /** What a command printed and how it ended. */
    private record Ended(int exitCode, String out, String err) {}

    @Test
    void theAnswerGoesToStandardOutput() throws IOException {
        var input = file("{'vectors': [[1, 2], [4, 5], [7, 80]]}");

        var ended = run("aggregate", "--rule", "trimmed-mean(f=1)", "--input", input);

        assertThat(ended).isEqualTo(new Ended(ExitCode.OK, "{\"result\":[4.0,5.0]}\n", ""));
    }

    @Test
    void theAnswerGoesToAFileInAFolderThatIsMade() throws IOException {
        var input = file("{'rule': 'median', 'vectors': [[1], [9], [4], [5]]}");
        var output = folder.resolve("answers").resolve("out.json");

        var ended = run("aggregate", "--input", input, "--output", output.toString());

        assertThat(ended).isEqualTo(new Ended(ExitCode.OK, "", ""));
        assertThat(output).hasContent("{\"result\":[4.5]}\n");
    }

    @Test
    void aDashIsStandardInputAndStandardOutput() {
        var json = "{\"params\": [1], \"delta\": [2]}".getBytes(StandardCharsets.UTF_8);
        var before = System.in;
        System.setIn(new ByteArrayInputStream(json));
        try {
            var ended = run("aggregate", "--optimizer", "sgd(lr=0.5)", "-i", "-", "-o", "-");

            assertThat(ended.out()).isEqualTo("{\"params\":[2.0],\"state\":{\"steps\":1}}\n");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aBadRequestAmongOthersIsAnsweredWithItsError() throws IOException {
        var input = file("[{'vectors': [[1], [3]]}, {'vectors': [[1], [3, 4]]}]");

        var ended = run("aggregate", "--rule", "median", "--input", input);

        assertThat(ended.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(ended.out())
                .isEqualTo(
                        "[{\"result\":[2.0]},"
                                + "{\"error\":\"vectors[1] has 2 values, vectors[0] has 1\"}]\n");
    }

    @Test
    void aBadRequestByItselfIsAnErrorOfTheInput() throws IOException {
        var input = file("{'vectors': [[1], [3, 4]]}");

        refused(
                run("aggregate", "--rule", "median", "--input", input),
                "vectors[1] has 2 values, vectors[0] has 1");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        var none = folder.resolve("none.json").toString();

        refused(run("aggregate", "--rule", "mean", "-i", none), "there is no " + none);
        refused(run("aggregate", "--rule", "mean", "-i", folder.toString()), "is a folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aggregate",
                "aggregate --rule mean",
                "aggregate --rule mean --optimizer sgd -i FILE",
                "aggregate --rule unheard-of -i FILE",
                "aggregate --rule median| -i FILE",
                "aggregate --optimizer sgd -i FILE",
                "aggregate -i FILE",
            })
    void aWrongCommandLineIsRefused(String line) throws IOException {
        var input = file("{'vectors': [[1]]}");

        refused(run(line.replace("FILE", input).split(" ", -1)), "");
    }

    private String file(String json) throws IOException {
        return Files.writeString(folder.resolve("in.json"), json.replace('\'', '"')).toString();
    }

    private static Ended run(String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode =
                Tributary.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(words);
        return new Ended(exitCode, out.toString(), err.toString());
    }

    /** One sentence, and nothing on standard output. */
    private static void refused(Ended ended, String... parts) {
        assertThat(ended.err()).startsWith("tributary: ").hasLineCount(1).contains(parts);
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.out()).isEmpty();
    }
}
