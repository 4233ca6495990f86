package io.tributary.operators.flink;

import io.tributary.schemas.update.UpdateId;

/**
 * Which row of a chunk: one upload of one silo.
 *
 * @param part which part of the chunk; 0 unless it is a relay's sum
 */
public record RowKey(String silo, UpdateId id, int part) {}
