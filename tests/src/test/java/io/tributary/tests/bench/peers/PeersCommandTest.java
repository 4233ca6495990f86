package io.tributary.tests.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code tributary bench peers}, with and without a peer. */
class PeersCommandTest {

    /** A Python that has Flower; not set where there is none. */
    private static final String PYTHON = "TRIBUTARY_PEER_PYTHON";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    @Test
    void withoutPythonItIsSkippedInOneLine() {
        assertThat(execute("--python", folder.resolve("python3").toString())).isZero();

        assertThat(out.toString())
                .startsWith("skipped: flower: there is no ")
                .contains("--python")
                .hasLineCount(1);
    }

    @Test
    void withoutThePeerItIsSkippedAndTheLineSaysHowToGetIt() throws Exception {
        var report = folder.resolve("reports/peers.json");

        assertThat(execute("--python", program("exit 3").toString(), "--report", report.toString()))
                .isZero();

        assertThat(out.toString())
                .startsWith("skipped: flower: ")
                .contains("pip install " + Flower.REQUIREMENT, "--python");
        assertThat(report).content().contains("\"status\" : \"skipped\"");
    }

    @Test
    void aProgramThatIsNoPythonIsSkippedToo() throws Exception {
        assertThat(execute("--python", program("echo").toString())).isZero();

        assertThat(out.toString()).contains("is no Python").hasLineCount(1);
    }

    @Test
    void aProcessThatEndsBeforeItsRoundsIsAFailureNotAWait() throws Exception {
        var python = program("echo flwr 1.0.0 python 3.11.0");

        assertThat(execute("--python", python.toString(), "--parameters", "1k")).isEqualTo(1);

        assertThat(err.toString())
                .contains("has ended before its rounds; it wrote last: flwr 1.0.0");
    }

    @Test
    void aModelThatMemoryCannotHoldIsNotStarted() throws Exception {
        var python = program("echo flwr 1.0.0 python 3.11.0");

        assertThat(execute("--python", python.toString(), "--parameters", "500M", "--silos", "64"))
                .isEqualTo(1);

        assertThat(err.toString()).contains("GB of memory").contains("fewer --silos");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "--peer petals; there is no 'petals'",
                "--parameters 3x; '3x' is not a number of parameters",
                "--parameters 1B; --parameters must be 1 to 500M, got 1B",
                "--silos 1; --silos must be 2 to 64, got 1",
                "--rounds 0; --rounds must be at least 1, got 0",
                "--silos 4 --readers 5; --readers must be 1 to 4, got 5"
            })
    void aWrongCommandLineIsExplained(String arguments, String explanation) {
        assertThat(execute(arguments.split(" "))).isEqualTo(2);

        assertThat(err.toString()).contains(explanation);
    }

    @Test
    void flowerComputesTheWeightedMean() {
        var python = System.getenv(PYTHON);
        assumeTrue(python != null, PYTHON + " names no Python that has Flower");

        assertThat(
                        execute(
                                "--python",
                                python,
                                "--parameters",
                                "600k", // three chunks, the last one shorter
                                "--silos",
                                "3",
                                "--rounds",
                                "2"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString()).contains("3 silos x 600k float32").contains("\nflower ");
    }

    private Path program(String line) throws Exception {
        var program = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + line + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    private int execute(String... arguments) {
        return new CommandLine(new PeersCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
