package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ParameterCountTest {

    @ParameterizedTest
    @CsvSource({
        "17, 17, 17",
        "500k, 500000, 500k",
        "10M, 10000000, 10M",
        "1.3B, 1300000000, 1300M",
        "0.5k, 500, 500",
        "70B, 70000000000, 70B"
    })
    void unitsAreThousands(String text, long parameters, String again) {
        assertThat(new ParameterCount().convert(text)).isEqualTo(parameters);
        assertThat(ParameterCount.text(parameters)).isEqualTo(again);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "3x", "1.5", "0.0001k", "99999999999B"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> new ParameterCount().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is not a number of parameters");
    }
}
