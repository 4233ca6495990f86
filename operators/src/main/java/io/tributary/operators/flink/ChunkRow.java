package io.tributary.operators.flink;

import io.tributary.schemas.update.UpdateChunk;

/**
 * A checked chunk of one silo's update on its way to the operator that owns the chunk.
 *
 * @param key the chunk's key
 * @param silo the silo whose topic it came from
 * @param chunk the chunk as it was received; read only
 */
public record ChunkRow(ChunkKey key, String silo, UpdateChunk chunk) {}
