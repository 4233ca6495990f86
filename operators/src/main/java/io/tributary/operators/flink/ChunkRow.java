package io.tributary.operators.flink;

import io.tributary.schemas.update.UpdateChunk;

/**
 * A checked chunk of one silo's update on its way to the operator that owns the chunk.
 *
 * @param key the chunk's key
 * @param silo the silo whose topic it came from
 * @param chunk the chunk as it was received; read only
 * @param partition where the record is
 * @param offset where the record is
 * @param largest largest absolute decoded value
 * @param ticket for the chunk's payload, if that is not in the chunk
 */
public record ChunkRow(
        ChunkKey key,
        String silo,
        UpdateChunk chunk,
        int partition,
        long offset,
        double largest,
        RowTicket ticket) {

    /** With its payload. */
    ChunkRow(
            ChunkKey key,
            String silo,
            UpdateChunk chunk,
            int partition,
            long offset,
            double largest) {
        this(key, silo, chunk, partition, offset, largest, RowTicket.NONE);
    }

    ChunkRow with(UpdateChunk newChunk, RowTicket newTicket) {
        return new ChunkRow(key, silo, newChunk, partition, offset, largest, newTicket);
    }

    /** Which row it is. */
    RowKey row() {
        return new RowKey(silo, chunk.id());
    }

    /** Where it is, and how large. */
    RowPlace place() {
        return new RowPlace(partition, offset, chunk.crc32c(), largest, false);
    }
}
