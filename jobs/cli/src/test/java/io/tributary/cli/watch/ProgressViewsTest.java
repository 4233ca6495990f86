package io.tributary.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressViewsTest {

    @Test
    void isPlainWhereNobodyCouldSeeAPictureMove() {
        assertThat(ProgressViews.wantsPlain(Map.of())).isTrue();
        assertThat(ProgressViews.wantsPlain(Map.of("TERM", "dumb"))).isTrue();
        assertThat(ProgressViews.wantsPlain(Map.of("TERM", "xterm", "CI", "true"))).isTrue();
        assertThat(ProgressViews.wantsPlain(Map.of("TERM", "xterm", "CI", ""))).isFalse();
    }

    @Test
    void noColourIsWhatTheVariableSays() {
        assertThat(ProgressViews.wantsColours(Map.of())).isTrue();
        assertThat(ProgressViews.wantsColours(Map.of("NO_COLOR", ""))).isTrue();
        assertThat(ProgressViews.wantsColours(Map.of("NO_COLOR", "0"))).isFalse();
    }

    @Test
    void aProcessWithoutATerminalGetsPlainLines() {
        try (var view = ProgressViews.open(3, Map.of("TERM", "dumb"))) {
            assertThat(view).isInstanceOf(PlainProgress.class);
        }
    }
}
