package io.tributary.operators.update;

import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import org.jspecify.annotations.Nullable;

/**
 * One small fact about an update: its manifest, the receipt of a chunk, or the end of a partition.
 * Exactly one of the three is present.
 *
 * @param silo the silo whose topic it came from
 * @param model name of the model line
 * @param id which upload of which round
 * @param partition where the record was
 * @param offset where the record was
 * @param appendMillis when the broker appended it, epoch milliseconds
 * @param manifest present for a manifest
 * @param receipt present for a chunk
 * @param end present for an end mark
 */
public record UpdateEvent(
        String silo,
        String model,
        UpdateId id,
        int partition,
        long offset,
        long appendMillis,
        @Nullable UpdateManifest manifest,
        @Nullable ChunkReceipt receipt,
        @Nullable UpdateEnd end) {}
