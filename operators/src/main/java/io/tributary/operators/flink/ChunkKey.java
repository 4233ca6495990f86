package io.tributary.operators.flink;

import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Where the state of one chunk lives. The salt is chosen so that the key falls into the key group
 * {@code (chunk * 223) mod maxParallelism}: a few hundred keys hashed at random load the fullest
 * subtask up to twice the mean, and neighbouring chunks, which come and go together, should be on
 * different subtasks.
 *
 * @param model name of the model line
 * @param chunk index in the layout
 * @param salt see above; a function of the other two
 */
public record ChunkKey(String model, int chunk, int salt) {

    /** Key groups of every job; state can be rescaled up to this parallelism. */
    public static final int MAX_PARALLELISM = 360;

    /** Coprime to {@link #MAX_PARALLELISM}, and near its golden section. */
    private static final int STRIDE = 223;

    /** The key of a chunk. */
    public static ChunkKey of(String model, int chunk) {
        int wanted = (int) ((long) chunk * STRIDE % MAX_PARALLELISM);
        int salt = 0;
        while (true) {
            var key = new ChunkKey(model, chunk, salt);
            if (KeyGroupRangeAssignment.assignToKeyGroup(key, MAX_PARALLELISM) == wanted) {
                return key;
            }
            salt++;
        }
    }

    /** Spelled out because key groups, and with them all state, hang on it. */
    @Override
    public int hashCode() {
        return 31 * (31 * model.hashCode() + chunk) + salt;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkKey key
                && key.chunk == chunk
                && key.salt == salt
                && key.model.equals(model);
    }
}
