package io.tributary.operators.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveGraceTest {

    private static final AdaptiveGrace WIDE = new AdaptiveGrace(0, Long.MAX_VALUE, 3);
    private static final long NOON = 1_700_000_000_000L;

    @Test
    void theExampleOfTheDocumentation() {
        assertThat(WIDE.millis(new long[] {0, 10_000, 20_000, 40_000}, 4)).isEqualTo(5_000);
    }

    @Test
    void factorZeroWaitsForAllOfTheGraceWhateverCame() {
        var fixed = new AdaptiveGrace(0, 700, 0);
        assertThat(fixed.millis(new long[] {NOON, NOON}, 2)).isEqualTo(700);
        assertThat(fixed.millis(new long[] {NOON, NOON + 9_999, NOON + 10_000}, 2)).isEqualTo(700);
    }

    @Test
    void theWaitIsWithinItsBoundsWhateverCame() {
        var random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            var grace = new AdaptiveGrace(100, 2_000, random.nextDouble() * 1_000);
            assertThat(grace.millis(arrivals(random, 2 + random.nextInt(9)), 2))
                    .isBetween(100L, 2_000L);
        }
        var extremes = new long[] {0, 1, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2};
        assertThat(new AdaptiveGrace(100, 2_000, 1e6).millis(extremes, 2)).isEqualTo(2_000);
    }

    @Test
    void whoComeAtTheSameTimeWaitForNobodyLongerThanTheLowerBound() {
        assertThat(new AdaptiveGrace(250, 60_000, 10).millis(new long[] {NOON, NOON, NOON}, 3))
                .isEqualTo(250);
    }

    /** Nor, then, when the round opened by whichever clock. */
    @Test
    void whenItWasDoesNotMatterAndOrderDoesNotEither() {
        var random = new Random(2);
        for (int i = 0; i < 200; i++) {
            var arrivals = arrivals(random, 2 + random.nextInt(9));
            long expected = WIDE.millis(arrivals, 2);

            long shift = random.nextInt() * 1_000L;
            var shifted = LongStream.of(arrivals).map(a -> a + shift).toArray();
            assertThat(WIDE.millis(shifted, 2)).isEqualTo(expected);

            var reversed = new long[arrivals.length];
            Arrays.setAll(reversed, j -> arrivals[arrivals.length - 1 - j]);
            assertThat(WIDE.millis(reversed, 2)).isEqualTo(expected);
        }
    }

    @Test
    void aCohortTwiceAsSpreadWaitsTwiceAsLong() {
        var random = new Random(3);
        for (int i = 0; i < 200; i++) {
            var arrivals = arrivals(random, 3 + random.nextInt(8));
            var doubled = LongStream.of(arrivals).map(a -> NOON + 2 * (a - NOON)).toArray();
            assertThat(WIDE.millis(doubled, 2))
                    .isBetween(2 * WIDE.millis(arrivals, 2) - 1, 2 * WIDE.millis(arrivals, 2));
        }
    }

    @Test
    void aLargerFactorNeverWaitsLess() {
        var random = new Random(4);
        for (int i = 0; i < 200; i++) {
            var arrivals = arrivals(random, 2 + random.nextInt(9));
            double factor = random.nextDouble() * 5;
            assertThat(new AdaptiveGrace(0, Long.MAX_VALUE, factor + 1).millis(arrivals, 2))
                    .isGreaterThanOrEqualTo(
                            new AdaptiveGrace(0, Long.MAX_VALUE, factor + 0.01)
                                    .millis(arrivals, 2));
        }
    }

    /** Two of seven, as early or late as they like; the other five come within ten seconds. */
    @Test
    void aMinorityCannotStretchTheWaitBeyondTheSpreadOfTheRest() {
        var random = new Random(5);
        for (int i = 0; i < 500; i++) {
            var arrivals = arrivals(random, 7);
            arrivals[0] = NOON + random.nextInt(2_000_000_000) - 1_000_000_000L;
            arrivals[1] = NOON + random.nextInt(2_000_000_000) - 1_000_000_000L;
            // The median is one of the five, four are within ten seconds of it, as is the quorum.
            assertThat(WIDE.millis(arrivals, 4)).isBetween(0L, 3 * 10_000L);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 10, 1", "11, 10, 1", "0, -1, 1", "0, 10, -1", "0, 10, NaN", "0, 10, Infinity"})
    void boundsOutOfOrderAndFactorsThatAreNoneAreRefused(long min, long max, double factor) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdaptiveGrace(min, max, factor))
                .withMessageContaining("grace");
    }

    /** Within ten seconds. */
    private static long[] arrivals(Random random, int n) {
        return random.longs(n, NOON, NOON + 10_000).toArray();
    }
}
