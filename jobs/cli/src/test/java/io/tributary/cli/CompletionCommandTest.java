package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script is run by a bash, as at a prompt. */
class CompletionCommandTest {

    @TempDir static Path folder;
    private static Path script;

    @BeforeAll
    static void write() throws IOException {
        var ended = Ended.run("completion");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        script = Files.writeString(folder.resolve("tributary.bash"), ended.out());
    }

    @Test
    void theScriptIsBash() throws Exception {
        assertThat(bash("-n", script.toString())).isEmpty();
    }

    /** Words behind the command's name, the last of which is completed; candidates it must have. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "st                    | status",
                "doc                   | doctor",
                "be                    | bench",
                "bench pi              | pipeline",
                "drill b               | burst",
                "silo r                | run",
                "silo run --trans      | --transaction-timeout",
                "control set --re      | --reason",
                "doctor --as si        | silo",
                "doctor --ban          | --bandwidth"
            })
    void aWordBegunIsCompleted(String words, String candidate) throws Exception {
        assertThat(completions(words)).contains(candidate);
    }

    @Test
    void everyCommandIsCompleted() throws Exception {
        var offered = completions("\"\"");

        assertThat(offered)
                .containsAll(LauncherVerbs.COMMANDS.keySet())
                .containsAll(
                        Tributary.commandLine().getSubcommands().keySet().stream()
                                .filter(name -> !name.equals("help"))
                                .toList());
    }

    private static List<String> completions(String words) throws Exception {
        var typed = words.strip();
        int last = typed.split(" ").length;
        var program =
                """
                source '%s'
                COMP_WORDS=(tributary %s)
                COMP_CWORD=%s
                COMP_LINE="${COMP_WORDS[*]}"
                _complete_tributary
                printf '%%s\\n' "${COMPREPLY[@]}"
                """
                        .formatted(script, typed, last);
        return bash("-c", program).lines().map(String::strip).toList();
    }

    private static String bash(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("bash"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }
}
