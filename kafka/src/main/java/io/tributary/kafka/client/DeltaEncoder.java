package io.tributary.kafka.client;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.SquaredNorm;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ChunkSpan;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Encodes the delta {@code trained - global} chunk by chunk, and measures what a reader will
 * decode. Measuring goes tile by tile and keeps nothing but the result; encoding holds one chunk,
 * whatever the size of the model.
 */
final class DeltaEncoder {

    /** Values that pass through all steps while they are in the cache. */
    private static final int TILE = 4096;

    private final ModelLayout layout;
    private final List<ChunkSpan> spans;
    private final ParameterBuffer global;
    private final ParameterBuffer trained;
    private final Codec codec;

    /**
     * What a chunk will be.
     *
     * @param crc32c checksum of its encoded values
     * @param squaredNorm of its decoded values, as {@link SquaredNorm} adds them
     */
    record Measure(int crc32c, double squaredNorm) {}

    /**
     * @throws IllegalArgumentException if the models have different layouts
     */
    DeltaEncoder(ParameterBuffer global, ParameterBuffer trained, Codec codec) {
        if (!global.layout().equals(trained.layout())) {
            throw new IllegalArgumentException(
                    "the trained model has another layout than the global one");
        }
        this.layout = global.layout();
        this.spans = layout.chunks();
        this.global = global;
        this.trained = trained;
        this.codec = codec;
    }

    String layoutDigest() {
        return layout.digest();
    }

    int chunks() {
        return spans.size();
    }

    /**
     * Measures chunks without keeping what they are encoded to, in several threads. Each chunk is
     * measured by one thread, so the bits are the same with any number.
     *
     * @param wanted which chunks
     * @throws UnsendableDeltaException if a value of these chunks is not finite, before or after
     *     encoding; names the first one
     */
    Map<Integer, Measure> measure(IntPredicate wanted) {
        int[] chunks = IntStream.range(0, spans.size()).filter(wanted).toArray();
        var measures =
                Arrays.stream(chunks).parallel().mapToObj(this::measure).toArray(Measure[]::new);
        var measured = new TreeMap<Integer, Measure>();
        for (int i = 0; i < chunks.length; i++) {
            requireFinite(chunks[i], measures[i]);
            measured.put(chunks[i], measures[i]);
        }
        return measured;
    }

    private Measure measure(int chunk) {
        int elements = spans.get(chunk).elements();
        var tile = new Tile(Math.min(TILE, elements));
        var encoded = new byte[codec.encodedBytes(Math.min(TILE, elements))];
        var crc = new CRC32C();
        var squares = new double[SquaredNorm.SUMS];
        for (int first = 0; first < elements; first += TILE) {
            int count = Math.min(TILE, elements - first);
            tile.subtract(chunk, first, count);
            TensorCodec.encode(codec, tile.delta, count, encoded, 0);
            crc.update(encoded, 0, codec.encodedBytes(count));
            TensorCodec.decode(codec, encoded, 0, count, tile.delta, 0);
            SquaredNorm.add(tile.delta, 0, count, squares);
        }
        return new Measure((int) crc.getValue(), SquaredNorm.total(squares));
    }

    /**
     * A chunk to send.
     *
     * @throws UnsendableDeltaException if one of its values is not finite, before or after
     *     encoding; names the first one
     */
    UpdateChunk encode(String model, UpdateId id, int chunk) {
        int elements = spans.get(chunk).elements();
        var tile = new Tile(Math.min(TILE, elements));
        var payload = new byte[codec.encodedBytes(elements)];
        var squares = new double[SquaredNorm.SUMS];
        for (int first = 0; first < elements; first += TILE) {
            int count = Math.min(TILE, elements - first);
            tile.subtract(chunk, first, count);
            TensorCodec.encode(codec, tile.delta, count, payload, first);
            TensorCodec.decode(codec, payload, first, count, tile.delta, 0);
            SquaredNorm.add(tile.delta, 0, count, squares);
        }
        var measured = new Measure(Crc32c.of(payload), SquaredNorm.total(squares));
        requireFinite(chunk, measured);
        return new UpdateChunk(
                model,
                id,
                chunk,
                codec,
                elements,
                measured.crc32c(),
                measured.squaredNorm(),
                payload);
    }

    /**
     * A chunk to send that has been measured.
     *
     * @throws IllegalStateException if it is something else by now
     */
    UpdateChunk encode(String model, UpdateId id, int chunk, Measure measured) {
        var encoded = encode(model, id, chunk);
        if (encoded.crc32c() != measured.crc32c()) {
            throw new IllegalStateException(
                    "chunk %s of round %s changed while it was uploaded"
                            .formatted(chunk, id.round()));
        }
        return encoded;
    }

    /**
     * No square of a finite value, and no sum of as many as a chunk has, overflows a float64; and a
     * value that is not finite stays so in every codec. So the norm tells, and only a chunk that
     * has such a value is searched for it.
     */
    private void requireFinite(int chunk, Measure measured) {
        if (Double.isFinite(measured.squaredNorm())) {
            return;
        }
        int elements = spans.get(chunk).elements();
        var whole = new Tile(elements);
        whole.subtract(chunk, 0, elements);
        checkFinite(
                chunk, whole.delta, "training diverged: lower the learning rate or clip harder");
        var encoded = TensorCodec.encode(codec, FloatBuffer.wrap(whole.delta));
        TensorCodec.decode(codec, encoded, elements, whole.delta, 0);
        checkFinite(chunk, whole.delta, "it does not fit codec " + codec + ": use BF16 or F32");
        throw new IllegalStateException("chunk %s changed while it was measured".formatted(chunk));
    }

    private void checkFinite(int chunk, float[] values, String remedy) {
        for (int j = 0; j < values.length; j++) {
            if (!Float.isFinite(values[j])) {
                throw new UnsendableDeltaException(
                        "the delta of value %s of chunk %s (block %s) is %s; %s. Nothing of it will be seen"
                                .formatted(
                                        j,
                                        chunk,
                                        layout.blocks().get(spans.get(chunk).block()).name(),
                                        values[j],
                                        remedy));
            }
        }
    }

    /** Some values of a chunk, copied out of the models in bulk: single reads are slow. */
    private final class Tile {
        private final float[] delta;
        private final float[] from;

        Tile(int elements) {
            delta = new float[elements];
            from = new float[elements];
        }

        void subtract(int chunk, int first, int count) {
            trained.chunk(chunk).get(first, delta, 0, count);
            global.chunk(chunk).get(first, from, 0, count);
            for (int j = 0; j < count; j++) {
                delta[j] -= from[j];
            }
        }
    }
}
