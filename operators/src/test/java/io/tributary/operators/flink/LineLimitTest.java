package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.flink.LineLimit.Verdict;
import org.junit.jupiter.api.Test;

class LineLimitTest {

    private static final Verdict WRITTEN = new Verdict(true, false, 0);
    private static final Verdict LAST = new Verdict(true, true, 0);
    private static final Verdict LEFT_OUT = new Verdict(false, false, 0);

    private final LineLimit<String> limit = new LineLimit<>(3, 100);

    @Test
    void ofAFloodTheFirstAreWrittenAndTheRestIsCounted() {
        assertThat(limit.admit("a", 1_000)).isEqualTo(WRITTEN);
        assertThat(limit.admit("a", 1_000)).isEqualTo(WRITTEN);
        assertThat(limit.admit("a", 1_010)).isEqualTo(LAST);
        for (int i = 0; i < 50; i++) {
            assertThat(limit.admit("a", 1_020 + i)).isEqualTo(LEFT_OUT);
        }

        assertThat(limit.admit("a", 1_100)).isEqualTo(new Verdict(true, false, 50));
        assertThat(limit.admit("a", 1_101)).isEqualTo(WRITTEN);
    }

    @Test
    void kindsDoNotSeeEachOther() {
        for (int i = 0; i < 10; i++) {
            limit.admit("a", 1_000);
        }
        assertThat(limit.admit("b", 1_000)).isEqualTo(WRITTEN);
    }

    @Test
    void whatComesNowAndThenIsAllWritten() {
        for (int i = 0; i < 20; i++) {
            assertThat(limit.admit("a", 100L * i).write()).isTrue();
        }
    }
}
