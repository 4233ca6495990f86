package io.tributary.tests.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterCountTest {

    private final ParameterCount count = new ParameterCount();

    @ParameterizedTest
    @CsvSource({
        "17, 17",
        "500k, 500000",
        "100M, 100000000",
        "1.3B, 1300000000",
        "70B, 70000000000"
    })
    void isReadAndWrittenAsPeopleDo(String text, long number) {
        assertThat(count.convert(text)).isEqualTo(number);
        assertThat(ParameterCount.text(number)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "many", "1..5M"})
    void nothingElseIsANumber(String text) {
        assertThatThrownBy(() -> count.convert(text))
                .hasMessageContaining("is not a number of parameters such as 500k, 100M or 1.3B");
    }
}
