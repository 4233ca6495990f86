package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkKeyTest {

    @Test
    void aKeyFallsIntoTheKeyGroupThatItsChunkAsksFor() {
        for (int chunk = 0; chunk < 1_000; chunk++) {
            var key = ChunkKey.of("expert-law", chunk);
            assertThat(KeyGroupRangeAssignment.assignToKeyGroup(key, ChunkKey.MAX_PARALLELISM))
                    .isEqualTo(chunk * 223 % ChunkKey.MAX_PARALLELISM);
        }
    }

    @Test
    void theKeyOfAChunkNeverChanges() {
        assertThat(ChunkKey.of("main", 0)).isEqualTo(new ChunkKey("main", 0, 86));
        assertThat(ChunkKey.of("main", 762)).isEqualTo(new ChunkKey("main", 762, 27));
    }

    @ParameterizedTest
    @CsvSource({"10", "359", "360", "763", "5000"})
    void everyKeyGroupGetsTheSameNumberOfChunksButOne(int chunks) {
        var load = new int[ChunkKey.MAX_PARALLELISM];
        IntStream.range(0, chunks).forEach(chunk -> load[keyGroup(chunk)]++);
        int most = Arrays.stream(load).max().orElseThrow();
        int least = Arrays.stream(load).min().orElseThrow();
        assertThat(most - least).isLessThanOrEqualTo(1);
    }

    /** The fullest subtask bounds the round: its load beside the mean, rounded up. */
    @ParameterizedTest
    @CsvSource({
        "10,1,0", "10,2,0", "10,8,1", "10,60,1",
        "763,1,0", "763,2,1", "763,8,2", "763,60,2",
        "5000,1,0", "5000,2,2", "5000,8,2", "5000,60,2"
    })
    void chunksSpreadEvenlyOverSubtasks(int chunks, int parallelism, int aboveMean) {
        var load = new int[parallelism];
        IntStream.range(0, chunks).forEach(chunk -> load[subtask(chunk, parallelism)]++);
        int mean = (chunks + parallelism - 1) / parallelism;
        assertThat(Arrays.stream(load).max().orElseThrow()).isLessThanOrEqualTo(mean + aboveMean);
    }

    @Test
    void neighbouringChunksAreOnDifferentSubtasks() {
        for (int chunk = 0; chunk < 500; chunk++) {
            var subtasks = new HashSet<Integer>();
            IntStream.range(chunk, chunk + 4).forEach(c -> subtasks.add(subtask(c, 8)));
            assertThat(subtasks).as("chunks from %s on", chunk).hasSize(4);
        }
    }

    private static int keyGroup(int chunk) {
        return KeyGroupRangeAssignment.assignToKeyGroup(
                ChunkKey.of("main", chunk), ChunkKey.MAX_PARALLELISM);
    }

    private static int subtask(int chunk, int parallelism) {
        return KeyGroupRangeAssignment.computeOperatorIndexForKeyGroup(
                ChunkKey.MAX_PARALLELISM, parallelism, keyGroup(chunk));
    }
}
