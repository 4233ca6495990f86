package io.tributary.operators.update;

import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.SumCodec;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateManifest;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an update is what its manifest says: whether the manifest makes sense, whether
 * what was announced came, and whether it adds up.
 */
public final class UpdateVerifier {

    /** Partition that carries the manifest, before anything else of the update. */
    public static final int MANIFEST_PARTITION = 1;

    /** How far a reported norm may be from the one computed here. */
    private static final double NORM_TOLERANCE = 1e-3;

    /**
     * Far outside what any local solver does, and well inside float64: dividing by a normalizer
     * near 0 makes NaN of a delta of zeros, and the mean of normalizers stretches every delta.
     */
    private static final double SMALLEST_NORMALIZER = 1e-6;

    private static final double LARGEST_NORMALIZER = 1e9;

    private final String layoutDigest;
    private final int chunks;
    private final int[] piecesOfDelta;
    private final int[] piecesOfSum;

    public UpdateVerifier(ModelLayout layout) {
        layoutDigest = layout.digest();
        chunks = layout.chunkCount();
        piecesOfDelta = IntStream.range(0, chunks).toArray();
        piecesOfSum =
                layout.chunks().stream()
                        .flatMapToInt(
                                span ->
                                        IntStream.range(0, SumCodec.parts(span.elements()))
                                                .map(part -> piece(span.chunk(), part)))
                        .toArray();
    }

    /** Number under which the receipt of a part of a chunk is kept: the chunk's, of the first. */
    public int piece(ChunkReceipt receipt) {
        return piece(receipt.chunk(), receipt.part());
    }

    private int piece(int chunk, int part) {
        return part * chunks + chunk;
    }

    /** What makes a whole update, in the order of its digest. */
    private int[] pieces(UpdateManifest manifest) {
        return manifest.isRelayed() ? piecesOfSum : piecesOfDelta;
    }

    /** What is wrong with a manifest by itself. */
    public Optional<Fault> checkManifest(UpdateManifest manifest) {
        if (!manifest.layoutDigest().equals(layoutDigest)) {
            return fault(
                    RejectionReason.LAYOUT_MISMATCH,
                    "update follows layout %.12s, the model's is %.12s: download the newest version"
                            + " before training",
                    manifest.layoutDigest(),
                    layoutDigest);
        }
        double normalizer = manifest.normalizer();
        if (!isNormalizer(normalizer)) {
            return fault(
                    RejectionReason.INVALID_MANIFEST,
                    "normalizer must be %s to %s, got %s",
                    SMALLEST_NORMALIZER,
                    LARGEST_NORMALIZER,
                    normalizer);
        }
        if (manifest.localSteps() < 1 || manifest.tokens() < 0) {
            return fault(
                    RejectionReason.INVALID_MANIFEST,
                    "an update takes at least 1 local step and 0 tokens, got %s and %s",
                    manifest.localSteps(),
                    manifest.tokens());
        }
        if (!Double.isFinite(manifest.trainLoss())) {
            return fault(
                    RejectionReason.INVALID_MANIFEST,
                    "training loss must be finite, got %s",
                    manifest.trainLoss());
        }
        var fault = RelayedMembers.faultIn(manifest);
        if (fault.isPresent()) {
            return fault;
        }
        if (manifest.chunks().size() > chunks) {
            return tooManyRanges("the manifest", manifest.chunks().size());
        }
        for (int chunk = 0; chunk < chunks; chunk++) {
            if (!contains(manifest.chunks(), chunk)) {
                return fault(
                        RejectionReason.INVALID_MANIFEST,
                        "the manifest does not announce chunk %s; a full update has chunks 0 to %s",
                        chunk,
                        chunks - 1);
            }
        }
        return Optional.empty();
    }

    static boolean isNormalizer(double value) {
        return value >= SMALLEST_NORMALIZER && value <= LARGEST_NORMALIZER;
    }

    /** What is wrong when a partition has ended: nothing that belongs to it can still come. */
    public Optional<Fault> checkEnd(
            UpdateEnd end, @Nullable UpdateManifest manifest, IntPredicate received) {
        if (end.partition() == MANIFEST_PARTITION && manifest == null) {
            return fault(
                    RejectionReason.NO_MANIFEST,
                    "partition %s ended without the update's manifest; it must be sent first",
                    MANIFEST_PARTITION);
        }
        if (end.chunks().size() > chunks) {
            return tooManyRanges("the end mark", end.chunks().size());
        }
        for (int chunk = 0; chunk < chunks; chunk++) {
            if (!received.test(chunk) && contains(end.chunks(), chunk)) {
                return Optional.of(
                        new Fault(
                                RejectionReason.INCOMPLETE,
                                "partition %s ended without chunk %s that its end mark names"
                                        .formatted(end.partition(), chunk),
                                chunk));
            }
        }
        return Optional.empty();
    }

    /** Whether {@code received} different pieces are all that such an update has. */
    public boolean isWhole(UpdateManifest manifest, int received) {
        return received == pieces(manifest).length;
    }

    /**
     * What is wrong with a whole update.
     *
     * @param receipts by {@link #piece(ChunkReceipt)}
     */
    public Optional<Fault> checkWhole(
            UpdateManifest manifest, IntFunction<@Nullable ChunkReceipt> receipts) {
        var pieces = pieces(manifest);
        var crcs = new int[pieces.length];
        for (int i = 0; i < crcs.length; i++) {
            var receipt = receipts.apply(pieces[i]);
            if (receipt == null || receipt.sum() != manifest.isRelayed()) {
                return fault(
                        RejectionReason.INVALID_MANIFEST,
                        "the manifest announces a %s, and chunk %s did not come as one",
                        manifest.isRelayed() ? "relay's sum" : "delta",
                        pieces[i] % chunks);
            }
            crcs[i] = receipt.crc32c();
        }
        if (!ChunkDigest.of(crcs).equals(manifest.chunksDigest())) {
            return fault(
                    RejectionReason.DIGEST_MISMATCH,
                    "the chunks that came have digest %.12s, the manifest says %.12s",
                    ChunkDigest.of(crcs),
                    manifest.chunksDigest());
        }
        double norm = norm(manifest, receipts);
        if (!(Math.abs(norm - manifest.norm()) <= NORM_TOLERANCE * Math.max(norm, 1e-30))) {
            return fault(
                    RejectionReason.INVALID_MANIFEST,
                    "the delta's norm is %s, the manifest says %s",
                    norm,
                    manifest.norm());
        }
        return Optional.empty();
    }

    /** L2 norm of a whole update, summed in chunk order. */
    public double norm(UpdateManifest manifest, IntFunction<@Nullable ChunkReceipt> receipts) {
        double sum = 0;
        for (int piece : pieces(manifest)) {
            sum += receipts.apply(piece).squaredNorm();
        }
        return Math.sqrt(sum);
    }

    /** Largest absolute value of a whole update. */
    public double largest(UpdateManifest manifest, IntFunction<@Nullable ChunkReceipt> receipts) {
        double largest = 0;
        for (int piece : pieces(manifest)) {
            largest = Math.max(largest, receipts.apply(piece).largest());
        }
        return largest;
    }

    /** What is wrong with an upload that has not ended in time. */
    public Fault timedOut(UploadStatus status, long afterMillis) {
        return status.manifest() == null
                ? Fault.of(
                        RejectionReason.NO_MANIFEST,
                        "%s chunks came and no manifest within %s ms",
                        status.received(),
                        afterMillis)
                : Fault.of(
                        RejectionReason.INCOMPLETE,
                        "%s of %s chunks came within %s ms",
                        status.received(),
                        pieces(status.manifest()).length,
                        afterMillis);
    }

    /** A record has room for so many ranges that looking at them all would stop the job. */
    private Optional<Fault> tooManyRanges(String where, int ranges) {
        return fault(
                RejectionReason.INVALID_MANIFEST,
                "%s names %s ranges of chunks, the model has %s chunks",
                where,
                ranges,
                chunks);
    }

    private static boolean contains(List<ChunkRange> ranges, int chunk) {
        for (var range : ranges) {
            if (range.contains(chunk)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Fault> fault(RejectionReason reason, String detail, Object... values) {
        return Optional.of(Fault.of(reason, detail, values));
    }
}
