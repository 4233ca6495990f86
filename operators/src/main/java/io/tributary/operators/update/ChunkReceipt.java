package io.tributary.operators.update;

import io.tributary.schemas.update.RejectionReason;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one chunk of an update once its payload has been checked and sent on its way.
 *
 * @param chunk index in the layout
 * @param crc32c CRC32C of the payload
 * @param squaredNorm sum of the squares of the decoded values
 * @param largest largest absolute decoded value
 * @param fault why the chunk is unusable; null if it is good
 * @param detail the fault in one sentence; empty if it is good
 */
public record ChunkReceipt(
        int chunk,
        int crc32c,
        double squaredNorm,
        float largest,
        @Nullable RejectionReason fault,
        String detail) {}
