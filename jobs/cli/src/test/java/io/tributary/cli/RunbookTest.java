package io.tributary.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Whoever is called at night is told to give commands that exist. */
class RunbookTest {

    private static final Path RUNBOOK = Path.of("..", "..", "docker", "RUNBOOK.md");

    /** Up to the end of its code span, its line, or a comment behind it. */
    private static final Pattern COMMAND = Pattern.compile("\\./tributary ([^`\n#]+)");

    static List<String> commands() throws IOException {
        return COMMAND.matcher(Files.readString(RUNBOOK, UTF_8))
                .results()
                .map(command -> command.group(1).strip())
                .distinct()
                .toList();
    }

    @Test
    void thereAreSome() throws IOException {
        assertThat(commands()).contains("status", "transactions list", "control resume");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandAndOptionExists(String line) {
        var words = new ArrayDeque<>(List.of(line.split("\\s+")));
        var command = Tributary.commandLine();
        while (!command.getSubcommands().isEmpty()) {
            var name = words.pollFirst();
            assertThat(command.getSubcommands()).as(line).containsKey(name);
            command = command.getSubcommands().get(name);
        }
        assertThat(options(command))
                .as(line)
                .containsAll(words.stream().filter(RunbookTest::isOption).toList());
    }

    private static boolean isOption(String word) {
        return word.startsWith("-");
    }

    private static List<String> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .flatMap(option -> Stream.of(option.names()))
                .toList();
    }
}
