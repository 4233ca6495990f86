package io.tributary.operators.flink;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sums in a task's memory, one for each chunk that it owns. The array of a round that is over
 * serves the chunk's next one: arrays as large as the model that are new in every round would keep
 * the garbage collector copying.
 */
final class RunningSums {

    private final Map<ChunkKey, double[]> open = new HashMap<>();
    private final Map<ChunkKey, double[]> idle = new HashMap<>();

    /** The sum of the chunk's open round; null before its first row. */
    double @Nullable [] get(ChunkKey chunk) {
        return open.get(chunk);
    }

    /** Zeros; a sum only if it is {@link #put}. */
    double[] zeros(ChunkKey chunk, int elements) {
        var zeros = idle.remove(chunk);
        if (zeros == null || zeros.length != elements) {
            return new double[elements];
        }
        Arrays.fill(zeros, 0);
        return zeros;
    }

    void put(ChunkKey chunk, double[] sum) {
        open.put(chunk, sum);
    }

    /** The chunk's sum is somewhere else. */
    void remove(ChunkKey chunk) {
        open.remove(chunk);
    }

    /** The round is over: nobody reads its sum any more. A round that had none needs none. */
    void end(ChunkKey chunk) {
        var sum = open.remove(chunk);
        if (sum == null) {
            idle.remove(chunk);
        } else {
            idle.put(chunk, sum);
        }
    }
}
