package io.tributary.operators.update;

import io.tributary.operators.kernel.EncodedRows;
import io.tributary.operators.kernel.Passes;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.SumCodec;
import io.tributary.schemas.model.ChunkSpan;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateChunk;
import java.util.List;

/**
 * Checks one chunk of an update against the model's layout and measures it. Keeps one scratch
 * array; not thread-safe.
 */
public final class ChunkVerifier {

    private final List<ChunkSpan> spans;
    private final double[] sums;

    public ChunkVerifier(ModelLayout layout) {
        spans = layout.chunks();
        int largest = spans.stream().mapToInt(ChunkSpan::elements).max().orElse(0);
        sums = new double[Math.min(largest, SumCodec.PART_ELEMENTS)];
    }

    /** The chunk's receipt, with its fault if it has one. */
    public ChunkReceipt check(UpdateChunk chunk) {
        int index = chunk.chunk();
        if (index < 0 || index >= spans.size()) {
            return faulty(
                    chunk,
                    RejectionReason.CHUNK_OUT_OF_RANGE,
                    "chunk %s of round %s is outside the model's 0 to %s",
                    index,
                    chunk.id().round(),
                    spans.size() - 1);
        }
        int whole = spans.get(index).elements();
        boolean isSum = chunk.codec() == Codec.F64;
        int parts = isSum ? SumCodec.parts(whole) : 1;
        if (chunk.part() < 0 || chunk.part() >= parts) {
            return faulty(
                    chunk,
                    RejectionReason.CHUNK_OUT_OF_RANGE,
                    "part %s of chunk %s of round %s is outside 0 to %s",
                    chunk.part(),
                    index,
                    chunk.id().round(),
                    parts - 1);
        }
        int expected = isSum ? SumCodec.elements(chunk.part(), whole) : whole;
        if (chunk.elements() != expected) {
            return faulty(
                    chunk,
                    RejectionReason.LENGTH_MISMATCH,
                    "chunk %s of round %s has %s values, the model expects %s",
                    index,
                    chunk.id().round(),
                    chunk.elements(),
                    expected);
        }
        if (chunk.payload().length != chunk.codec().encodedBytes(expected)) {
            return faulty(
                    chunk,
                    RejectionReason.LENGTH_MISMATCH,
                    "chunk %s of round %s has a payload of %s bytes, %s values in %s take %s",
                    index,
                    chunk.id().round(),
                    chunk.payload().length,
                    expected,
                    chunk.codec(),
                    chunk.codec().encodedBytes(expected));
        }
        int crc = Crc32c.of(chunk.payload());
        if (crc != chunk.crc32c()) {
            return faulty(
                    chunk,
                    RejectionReason.CRC_MISMATCH,
                    "chunk %s of round %s has CRC32C %08x, its record says %08x",
                    index,
                    chunk.id().round(),
                    crc,
                    chunk.crc32c());
        }
        var receipt = isSum ? measureSum(chunk, expected) : measureDelta(chunk, expected);
        if (!Double.isFinite(receipt.largest()) || !Double.isFinite(receipt.squaredNorm())) {
            return faulty(
                    chunk,
                    RejectionReason.NOT_FINITE,
                    "chunk %s of round %s holds a value that is NaN or infinite",
                    index,
                    chunk.id().round());
        }
        return receipt;
    }

    private static ChunkReceipt measureDelta(UpdateChunk chunk, int elements) {
        var row = new EncodedRows.Row(chunk.codec(), chunk.payload());
        var measured = Passes.measure(new EncodedRows(List.of(row), elements), 0);
        return new ChunkReceipt(
                chunk.chunk(),
                chunk.crc32c(),
                measured.squaredNorm(),
                measured.largest(),
                null,
                "");
    }

    private ChunkReceipt measureSum(UpdateChunk chunk, int elements) {
        SumCodec.decode(chunk.payload(), elements, sums);
        double sum = 0;
        double largest = 0;
        for (int j = 0; j < elements; j++) {
            double value = sums[j];
            sum += value * value;
            largest = Math.max(largest, Math.abs(value)); // NaN sticks, as it must
        }
        return new ChunkReceipt(
                chunk.chunk(), chunk.crc32c(), chunk.part(), true, sum, largest, null, "");
    }

    private static ChunkReceipt faulty(
            UpdateChunk chunk, RejectionReason reason, String detail, Object... values) {
        return new ChunkReceipt(
                chunk.chunk(), chunk.crc32c(), 0, 0, reason, detail.formatted(values));
    }
}
