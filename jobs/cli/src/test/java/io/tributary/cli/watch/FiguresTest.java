package io.tributary.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "999,999",
        "999.6,1.00 k",
        "1040400,1.04 M",
        "12345678,12.3 M",
        "123456789,123 M",
        "9995000,10.0 M",
        "999999,1.00 M",
        "4.8e9,4.80 G"
    })
    void scaledFiguresHaveThreeDigits(double value, String text) {
        assertThat(Figures.scaled(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "3.14159,3.14",
        "99.994,99.99",
        "99.996,100.0",
        "260.04,260.0",
        "999.94,999.9",
        "999.96,'1,000'",
        "12345,'12,345'",
        "2.5e7,2.5e+07",
        "NaN,-"
    })
    void perplexitiesAreShort(double value, String text) {
        assertThat(Figures.perplexity(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"-3,0:00", "7.4,0:07", "59.6,1:00", "751,12:31", "3723,1:02:03"})
    void clocksReadAsMinutesAndSeconds(double seconds, String text) {
        assertThat(Figures.clock(seconds)).isEqualTo(text);
    }

    @Test
    void textOfOthersCannotSteerATerminal() {
        assertThat(Figures.printable("a\u001b[0m\r\n\tb\u009b\u202ec\u00e9"))
                .isEqualTo("a [0m   b  cé");
    }
}
