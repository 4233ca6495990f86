package io.tributary.schemas.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkRangeTest {

    @Test
    void containsItsMembersAndNothingElse() {
        var range = new ChunkRange(2, 3, 4);

        assertThat(IntStream.range(-10, 30).filter(range::contains)).containsExactly(2, 6, 10);
    }

    @Test
    void rangesThatMakeNoSenseContainNothing() {
        for (int stride : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThat(new ChunkRange(0, 5, stride).contains(0)).isFalse();
        }
        assertThat(new ChunkRange(0, -5, 1).contains(0)).isFalse();
        assertThat(new ChunkRange(Integer.MIN_VALUE, 5, 1).contains(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void partitionsShareAnUpdateWithoutGapOrOverlap() {
        int chunks = 23;
        int partitions = 4;
        for (int chunk = 0; chunk < chunks; chunk++) {
            int owners = 0;
            for (int p = 1; p <= partitions; p++) {
                int count = (chunks - p) / partitions + 1;
                if (new ChunkRange(p - 1, count, partitions).contains(chunk)) {
                    owners++;
                    assertThat(p).isEqualTo(1 + chunk % partitions);
                }
            }
            assertThat(owners).isEqualTo(1);
        }
    }
}
