package io.tributary.operators.update;

import io.tributary.schemas.update.RejectionReason;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one chunk of an update once its payload has been checked and sent on its way.
 *
 * @param chunk index in the layout
 * @param crc32c CRC32C of the payload
 * @param part which part of the chunk
 * @param sum whether it is of a relay's sum, and not of a delta
 * @param squaredNorm sum of the squares of the decoded values
 * @param largest largest absolute decoded value
 * @param fault why the chunk is unusable; null if it is good
 * @param detail the fault in one sentence; empty if it is good
 */
public record ChunkReceipt(
        int chunk,
        int crc32c,
        int part,
        boolean sum,
        double squaredNorm,
        double largest,
        @Nullable RejectionReason fault,
        String detail) {

    /** Of a chunk of a delta. */
    public ChunkReceipt(
            int chunk,
            int crc32c,
            double squaredNorm,
            double largest,
            @Nullable RejectionReason fault,
            String detail) {
        this(chunk, crc32c, 0, false, squaredNorm, largest, fault, detail);
    }
}
