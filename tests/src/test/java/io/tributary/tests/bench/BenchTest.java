package io.tributary.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of {@code tributary bench}. */
class BenchTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "kernel; there is no 'tributary bench kernel'",
                "``;'tributary bench' needs a command behind it",
                "kernels --coordinates 3x; '3x' is not a number such as 1000, 512k or 4M",
                "kernels --coordinates 4096M; '4096M' is not a number such as 1000, 512k or 4M",
                "kernels --rule crumb; unknown rule 'crumb'",
                "kernels --silos 0; --silos must be at least 1, got 0",
                "kernels --silos 100000; fewer --silos or --coordinates",
                "kernels --fast; unknown option: '--fast'",
                "silo --parameters 3x; '3x' is not a number of parameters such as 500k, 10M or 1.3B",
                "silo --parameters 0; --parameters must be 1 to 2 billion, got 0",
                "silo --parameters 70B; --parameters must be 1 to 2 billion, got 70000000000",
                "silo --parameters 2000M --repetitions 0; --repetitions must be at least 1, got 0",
                "silo --codec f64; unknown codec 'f64': use one of f32, bf16, f16",
                "silo --publish int8; unknown codec 'int8'",
                "pipeline --parameters 3x; '3x' is not a number of parameters such as 500k, 10M or 1.3B",
                "pipeline --silos 0; --silos must be 1 to 512, got 0",
                "pipeline --rule crumb; unknown rule 'crumb'",
                "pipeline --codec f64; unknown codec 'f64'",
                "pipeline --publish f16; f16",
                "pipeline --state disk; 'disk' is not hashmap or rocksdb",
                "pipeline --task-managers 3; --parallelism must be a multiple of --task-managers",
                "pipeline --sweep --output x; --output keeps one run",
                "pipeline --machine 16,64; --machine is cores, GB and Gbit/s, e.g. 16,64,25, got [16, 64]",
                "pipeline --rule multi-krum(f=3) --silos 4; multi-krum",
                "endurance --rounds 3; --rounds must be at least 6 times --every, got 3 and 4"
            })
    void aWrongCommandLineIsExplainedInOneLine(String arguments, String explanation) {
        assertThat(execute(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(Bench.USAGE);

        assertThat(err.toString()).contains(explanation).contains("--help").hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void helpListsTheKindsOfBenchmarks() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("tributary bench").contains("kernels").contains("silo");
    }

    private int execute(String... arguments) {
        return Bench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
