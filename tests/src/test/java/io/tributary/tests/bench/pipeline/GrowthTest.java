package io.tributary.tests.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GrowthTest {

    @Test
    void whatFillsUpInTheBeginningHasNotGrown() {
        assertThat(growth(round -> round < 10 ? 10 * round : 100).hasGrown()).isFalse();
    }

    @Test
    void aLeakOfALittleEveryRoundHasGrown() {
        assertThat(growth(round -> 100 + round / 2).hasGrown()).isTrue();
    }

    @Test
    void whatGoesUpAndDownHasNotGrown() {
        assertThat(growth(round -> 100 + round % 7).hasGrown()).isFalse();
    }

    private static Growth growth(IntToLongFunction heap) {
        List<Sample> samples =
                IntStream.rangeClosed(1, 60)
                        .mapToObj(r -> new Sample(r, heap.applyAsLong(r), 0, 0, 0, 0, 0, 0))
                        .toList();
        return Growth.of("heap", samples, Sample::liveHeapBytes, 1);
    }
}
