package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationOptionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo --grace NaN",
                "control pause -b h:1 -f x --timeout NaN",
                "transactions list -b h:1 -f x --older-than NaN"
            })
    void whatIsNoDurationIsToldInOneWay(String line) {
        var ended = Ended.run(line.split(" ", -1));

        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err())
                .hasLineCount(1)
                .contains("it must be a duration such as 500 ms, 30 s or 5 min, got 'NaN'");
    }
}
