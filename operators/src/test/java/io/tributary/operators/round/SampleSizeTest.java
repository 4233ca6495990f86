package io.tributary.operators.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleSizeTest {

    @ParameterizedTest
    @CsvSource({
        "all, 30, 30",
        "8, 30, 8",
        "8, 5, 5",
        "1, 1, 1",
        "0.25, 30, 8",
        "0.25, 32, 8",
        ".25, 33, 9",
        "0.1, 30, 3", // 0.1 * 30 > 3 in binary
        "0.07, 100, 7",
        "1.0, 30, 30",
        "0.000001, 30, 1",
    })
    void aPartOfASiloCountsAsOneMoreAndThereAreNeverMoreThanLive(
            String sample, int live, int expected) {
        assertThat(new SampleSize(sample).of(live)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "some", "-1", "0", "0.0", "1.5", "25%", "1e-1", "5000000000", "."})
    void whatIsNeitherAllNorACountNorAShareIsRefused(String sample) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SampleSize(sample))
                .withMessageContaining("sample");
    }

    @Test
    void aCountMustHoldTheQuorumAndAShareIsRaisedToIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SampleSize("4").checkHolds(5))
                .withMessageContaining("a sample of 4 cannot hold the 5 silos");
        assertThatCode(
                        () -> {
                            new SampleSize("5").checkHolds(5);
                            new SampleSize("0.01").checkHolds(5);
                            SampleSize.ALL.checkHolds(5);
                        })
                .doesNotThrowAnyException();
    }
}
