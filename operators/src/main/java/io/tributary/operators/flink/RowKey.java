package io.tributary.operators.flink;

import io.tributary.schemas.update.UpdateId;

/** Which row of a chunk: one upload of one silo. */
public record RowKey(String silo, UpdateId id) {}
