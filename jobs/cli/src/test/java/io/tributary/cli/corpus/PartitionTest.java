package io.tributary.cli.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {

    @Test
    void fewSilosGetTextsOfDifferentKinds() {
        assertThat(silos(1)).containsExactly("code");
        assertThat(silos(4)).containsExactly("code", "prose", "xml", "names");
    }

    @Test
    void manySilosShareTheKindsEvenly() {
        assertThat(silos(6))
                .containsExactly("code-1", "code-2", "prose-1", "prose-2", "xml", "names");
        assertThat(silos(8))
                .containsExactly(
                        "code-1", "code-2", "prose-1", "prose-2", "xml-1", "xml-2", "names-1",
                        "names-2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 16, 33})
    void thereAreAsManySharesAsSilosAndTheirNamesDiffer(int silos) {
        assertThat(silos(silos)).hasSize(silos).doesNotHaveDuplicates();
    }

    @Test
    void noSilosAreRefused() {
        assertThatThrownBy(() -> Partition.shares(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got silos=0");
    }

    @Test
    void everyShardIsFilledBeforeTheNext() {
        assertThat(Partition.bounds(new int[] {3, 3, 5, 2, 9}, 2, 7)).containsExactly(0, 2, 4);
    }

    @Test
    void shardsAreEqualWhenThereIsNotEnoughForAll() {
        assertThat(Partition.bounds(new int[] {2, 2, 2, 2, 2, 2}, 3, 100))
                .containsExactly(0, 2, 4, 6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void noShardExceedsItsBudget(int shards) {
        int[] sizes = new Random(shards).ints(500, 1, 100).toArray();

        int[] bounds = Partition.bounds(sizes, shards, 2_000);

        for (int s = 0; s < shards; s++) {
            assertThat(bounds[s]).isLessThan(bounds[s + 1]);
            assertThat(Arrays.stream(sizes, bounds[s], bounds[s + 1]).sum())
                    .isBetween(1_900, 2_000);
        }
    }

    private static List<String> silos(int silos) {
        return Partition.shares(silos).stream().map(Partition.Share::silo).toList();
    }
}
