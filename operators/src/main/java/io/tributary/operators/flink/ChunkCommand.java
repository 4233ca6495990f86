package io.tributary.operators.flink;

import io.tributary.schemas.model.ModelChunk;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision, addressed to the owner of one chunk.
 *
 * @param key the chunk's key
 * @param kind what to do
 * @param version the version it is about
 * @param rule rule of the round; for {@code ACCEPT} and {@code CLOSE}
 * @param serverOptimizer server optimizer of the round; for {@code CLOSE}
 * @param foldQuantumExponent grid of the folding rules; for {@code ACCEPT} and {@code CLOSE}
 * @param rows the update for {@code ACCEPT}; the cohort in silo-id order for {@code CLOSE}
 * @param snapshot whether to publish the moments too; for {@code CLOSE} and {@code REPUBLISH}
 * @param seed values to start from; for {@code SEED}
 */
public record ChunkCommand(
        ChunkKey key,
        Kind kind,
        int version,
        String rule,
        String serverOptimizer,
        int foldQuantumExponent,
        List<AcceptedRow> rows,
        boolean snapshot,
        @Nullable ModelChunk seed) {

    /** What the owner of a chunk can be told. */
    public enum Kind {
        /** Start from these values. */
        SEED,
        /** This update's row counts; no other upload of that silo does. */
        ACCEPT,
        /** Make the version from exactly these rows. */
        CLOSE,
        /** Publish the version once more. */
        REPUBLISH
    }

    static ChunkCommand seed(ChunkKey key, ModelChunk chunk) {
        return new ChunkCommand(
                key, Kind.SEED, chunk.version(), "", "", 0, List.of(), false, chunk);
    }

    static ChunkCommand republish(ChunkKey key, int version, boolean snapshot) {
        return new ChunkCommand(key, Kind.REPUBLISH, version, "", "", 0, List.of(), snapshot, null);
    }
}
