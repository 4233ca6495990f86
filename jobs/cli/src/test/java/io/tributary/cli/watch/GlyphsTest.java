package io.tributary.cli.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GlyphsTest {

    @Test
    void aTrendIsDrawnOnALogarithmicScale() {
        assertThat(Glyphs.UNICODE.trend(new double[] {128, 64, 32, 16, 8, 4, 2, 1}, 10))
                .isEqualTo("█▇▆▅▄▃▂▁");
        assertThat(Glyphs.UNICODE.trend(new double[] {7, 7, 7}, 10)).isEqualTo("▁▁▁");
        assertThat(Glyphs.UNICODE.trend(new double[] {7}, 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 59})
    void aLongTrendIsThinnedOutFromItsFirstToItsLastValue(int width) {
        double[] falling = IntStream.range(0, 60).mapToDouble(i -> Math.exp(-i)).toArray();
        assertThat(Glyphs.UNICODE.trend(falling, width))
                .hasSize(width)
                .startsWith("█")
                .endsWith("▁");
    }

    @Test
    void aBarIsAsLongAsTheWorkThatIsDone() {
        assertThat(Glyphs.ASCII.doneBar(0, 10)).isEmpty();
        assertThat(Glyphs.ASCII.doneBar(0.5, 10)).isEqualTo("=====");
        assertThat(Glyphs.ASCII.doneBar(0.56, 10)).isEqualTo("=====>");
        assertThat(Glyphs.ASCII.doneBar(1, 10)).isEqualTo("==========");
        assertThat(Glyphs.ASCII.doneBar(7, 10)).isEqualTo("==========");
        assertThat(Glyphs.ASCII.doneBar(Double.NaN, 10)).isEmpty();
    }

    @Test
    void onlyWhatTheEncodingCanCarryIsDrawn() {
        assertThat(Glyphs.in(UTF_8)).isEqualTo(Glyphs.UNICODE);
        assertThat(Glyphs.in(US_ASCII)).isEqualTo(Glyphs.ASCII);
    }
}
