package io.tributary.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What a process of the launcher logs, in a process of its own. */
class LogFormatITCase {

    @TempDir private Path work;

    /** Logs two lines, as a command would; standard error is a file, if there is an argument. */
    public static final class LogsTwoLines {

        private LogsTwoLines() {}

        public static void main(String[] args) throws IOException {
            if (args.length > 0) {
                System.setErr(new PrintStream(args[0], UTF_8));
            }
            var log = LoggerFactory.getLogger("io.tributary.operators.flink.RoundLog");
            log.info("{}", "round closed: round=7");
            log.warn("{}", "overdue \"again\"", new IllegalStateException("because"));
        }
    }

    @Test
    void withoutASettingLinesAreText() throws Exception {
        assertThat(log(""))
                .first()
                .asString()
                .endsWith("INFO  [main] RoundLog: round closed: round=7");
    }

    @Test
    void inJsonEveryLineIsAnObject() throws Exception {
        var lines = log("json");

        assertThat(lines).hasSize(2);
        var first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.path("message").asText()).isEqualTo("round closed: round=7");
        assertThat(first.path("log.level").asText()).isEqualTo("INFO");
        assertThat(first.path("@timestamp").asText()).isNotEmpty();
        var second = new ObjectMapper().readTree(lines.get(1));
        assertThat(second.path("message").asText()).isEqualTo("overdue \"again\"");
        assertThat(second.path("error.message").asText()).isEqualTo("because");
    }

    /** It is written to as what it is, and not as a file that could be renamed when it is large. */
    @ParameterizedTest
    @CsvSource({"'', INFO  [main] RoundLog: round closed: round=7", "json, \"log.level\":\"INFO\""})
    void inAContainerLinesGoToStandardError(String format, String part) throws Exception {
        var file = work.resolve("standard-error");

        run(format, "/dev/stderr", file.toString());

        assertThat(Files.readAllLines(file)).anyMatch(line -> line.contains(part));
    }

    private List<String> log(String format) throws IOException, InterruptedException {
        var file = work.resolve("tributary.log");
        run(format, file.toString());
        return Files.readAllLines(file);
    }

    private static void run(String format, String log, String... arguments)
            throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dlog4j2.configurationFile=classpath:log4j2.xml",
                                "-Dtributary.log=" + log,
                                "-cp",
                                System.getProperty("java.class.path"),
                                LogsTwoLines.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("TRIBUTARY_LOG_FORMAT", format);
        var process = builder.inheritIO().start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
