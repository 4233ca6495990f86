package io.tributary.operators.flink;

/** The keys of all chunks of one model, computed once. */
final class ChunkKeys {

    private final ChunkKey[] keys;

    ChunkKeys(String model, int chunks) {
        keys = new ChunkKey[chunks];
        for (int chunk = 0; chunk < chunks; chunk++) {
            keys[chunk] = ChunkKey.of(model, chunk);
        }
    }

    ChunkKey of(int chunk) {
        return keys[chunk];
    }

    int count() {
        return keys.length;
    }
}
