package io.tributary.operators.update;

import io.tributary.schemas.update.UpdateManifest;
import org.jspecify.annotations.Nullable;

/**
 * How far one upload has come, besides the receipts of its chunks.
 *
 * @param manifest the manifest, once it has come; dropped again with the verdict
 * @param announced whether a manifest has come; kept after the verdict, to tell a second one
 * @param partition where its first record was, or its manifest once that is known
 * @param offset where its first record was, or its manifest once that is known
 * @param received number of different good chunks so far
 * @param arrivedMillis broker append time of the newest manifest or chunk, epoch milliseconds; end
 *     marks do not count, because a complete update does not wait for them
 * @param forgetMillis when to forget that it was found complete or faulty; 0 before the verdict
 */
public record UploadStatus(
        @Nullable UpdateManifest manifest,
        boolean announced,
        int partition,
        long offset,
        int received,
        long arrivedMillis,
        long forgetMillis) {

    /** An upload of which the first record has just come. */
    public static UploadStatus begin(UpdateEvent first) {
        return new UploadStatus(
                null, false, first.partition(), first.offset(), 0, first.appendMillis(), 0);
    }

    /** Whether it has been found complete or faulty. */
    public boolean ended() {
        return forgetMillis > 0;
    }

    /** The same upload one record later. */
    public UploadStatus after(UpdateEvent event, boolean newChunk) {
        var isManifest = event.manifest() != null;
        return new UploadStatus(
                isManifest ? event.manifest() : manifest,
                announced || isManifest,
                isManifest ? event.partition() : partition,
                isManifest ? event.offset() : offset,
                received + (newChunk ? 1 : 0),
                event.end() == null ? Math.max(arrivedMillis, event.appendMillis()) : arrivedMillis,
                forgetMillis);
    }

    /** What is left of it once the verdict is out: enough to recognise a repetition. */
    public UploadStatus end(long untilMillis) {
        return new UploadStatus(null, announced, partition, offset, 0, arrivedMillis, untilMillis);
    }

    /** An ended upload whose manifest has only come now. */
    public UploadStatus announcedLate() {
        return new UploadStatus(
                null, true, partition, offset, received, arrivedMillis, forgetMillis);
    }
}
