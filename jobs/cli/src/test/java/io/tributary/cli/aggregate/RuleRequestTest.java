package io.tributary.cli.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleRequestTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "fltrust; fltrust(trusted=2)",
                "monna(f=1); monna(f=1, trusted=2)",
                "monna(f=1, trusted=0); monna(f=1, trusted=0)",
                "clipping(c=1)|fltrust; clipping(c=1) | fltrust(trusted=2)",
                "nnm(f=1) | median; nnm(f=1) | median",
            })
    void theTrustedRowGoesToWhateverStageHasOneAndDoesNotSayWhich(String rule, String meant) {
        assertThat(RuleRequest.withTrusted(rule, "2")).isEqualTo(meant);
    }
}
