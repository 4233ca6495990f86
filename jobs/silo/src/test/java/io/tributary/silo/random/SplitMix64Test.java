package io.tributary.silo.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitMix64Test {

    @Test
    void givesThePublishedSequence() {
        var random = new SplitMix64(1234567);

        assertThat(random.nextLong()).isEqualTo(6457827717110365317L);
        assertThat(random.nextLong()).isEqualTo(3203168211198807973L);
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("9817491932198370423");
    }

    @Test
    void gaussiansHaveMeanZeroAndDeviationOne() {
        var random = new SplitMix64(1);
        int n = 100_000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double value = random.nextGaussian();
            sum += value;
            squares += value * value;
        }

        assertThat(sum / n).isCloseTo(0, within(4 / Math.sqrt(n)));
        assertThat(squares / n).isCloseTo(1, within(4 * Math.sqrt(2.0 / n)));
    }

    @Test
    void gaussianBitsAreFixed() {
        var random = new SplitMix64(42);

        assertThat(random.nextGaussian()).isEqualTo(0.49295065581737485);
        assertThat(random.nextGaussian()).isEqualTo(-0.6940056672160174);
    }

    @Test
    void permutationHoldsEveryNumberOnce() {
        var order = new SplitMix64(7).permutation(1000);

        var sorted = order.clone();
        Arrays.sort(sorted);
        assertThat(sorted).isEqualTo(IntStream.range(0, 1000).toArray());
        assertThat(order).isNotEqualTo(sorted);
    }

    @Test
    void keysGiveDifferentStreamsAndTheSameKeysTheSame() {
        assertThat(SplitMix64.keyed(1, 2, 3).nextLong())
                .isEqualTo(SplitMix64.keyed(1, 2, 3).nextLong())
                .isNotEqualTo(SplitMix64.keyed(1, 3, 2).nextLong())
                .isNotEqualTo(SplitMix64.keyed(2, 2, 3).nextLong())
                .isNotEqualTo(SplitMix64.keyed(1, 2).nextLong());
    }

    @Test
    void smallBoundsAreMetEvenly() {
        var random = new SplitMix64(9);
        var counts = new int[3];
        for (int i = 0; i < 30_000; i++) {
            counts[random.nextInt(3)]++;
        }

        assertThat(Arrays.stream(counts).boxed().toList())
                .allSatisfy(count -> assertThat(count).isBetween(9_700, 10_300));
        assertThatThrownBy(() -> random.nextInt(0)).hasMessageContaining("at least 1, got 0");
    }
}
