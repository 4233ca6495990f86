package io.tributary.tests.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of {@code tributary drill}. */
class DrillCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--rounds 8 --faults 9; --faults (9) must not exceed --rounds (8)",
                "--rounds 0 --faults 0; --rounds must be at least 1, got 0",
                "--silos 3; --silos must be 4 to 16, got 3",
                "--only flood; there is no fault 'flood'; there are task-manager-killed",
                "--rule crumb; unknown rule 'crumb'",
                "--rule multi-krum(f=1); multi-krum needs n >= 2f+3, got n=4",
                "--optimizer newton; unknown server optimizer 'newton'",
                "--attack flattery; unknown attack 'flattery'",
                "--fast; unknown option: '--fast'",
                "burst --heap 10; --heap must be at least"
            })
    void aWrongCommandLineIsExplainedInOneLineAndNothingStarts(
            String arguments, String explanation) {
        assertThat(execute(arguments.split(" "))).isEqualTo(DrillCommand.USAGE);

        assertThat(err.toString()).contains(explanation).contains("--help").hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void helpListsTheFaults() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString())
                .contains("tributary drill", "burst")
                .contains("task-manager-killed");
    }

    private int execute(String... arguments) {
        return DrillCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
