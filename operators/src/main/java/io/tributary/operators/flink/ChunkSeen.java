package io.tributary.operators.flink;

import io.tributary.schemas.model.ModelVersion;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a version, read back from the log the way every reader sees it: the manifest, or one
 * chunk whose payload matches its checksum.
 *
 * @param model name of the model line
 * @param version the version
 * @param chunk index in the layout; -1 for the manifest
 * @param crc32c CRC32C of the chunk's payload; 0 for the manifest
 * @param manifest present for the manifest
 */
public record ChunkSeen(
        String model, int version, int chunk, int crc32c, @Nullable ModelVersion manifest) {

    /** The manifest of a version was read. */
    public static ChunkSeen of(ModelVersion manifest) {
        return new ChunkSeen(manifest.model(), manifest.version(), -1, 0, manifest);
    }
}
