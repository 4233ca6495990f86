package io.tributary.kafka.client;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
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
     * @param squaredNorm sum of the squares of its decoded values: of value j to sum j % 8, and
     *     these one after the other
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
        var squares = new Squares();
        for (int first = 0; first < elements; first += TILE) {
            int count = Math.min(TILE, elements - first);
            tile.subtract(chunk, first, count);
            TensorCodec.encode(codec, tile.delta, count, encoded, 0);
            crc.update(encoded, 0, codec.encodedBytes(count));
            TensorCodec.decode(codec, encoded, 0, count, tile.delta, 0);
            squares.add(tile.delta, count);
        }
        return new Measure((int) crc.getValue(), squares.total());
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
        var squares = new Squares();
        for (int first = 0; first < elements; first += TILE) {
            int count = Math.min(TILE, elements - first);
            tile.subtract(chunk, first, count);
            TensorCodec.encode(codec, tile.delta, count, payload, first);
            TensorCodec.decode(codec, payload, first, count, tile.delta, 0);
            squares.add(tile.delta, count);
        }
        var measured = new Measure(Crc32c.of(payload), squares.total());
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

    /** In eight sums, as readers measure: one addition need not wait for the last. */
    private static final class Squares {
        private static final int SUMS = 8;

        private final double[] sums = new double[SUMS];

        /**
         * @param count a multiple of eight, but for the last values
         */
        void add(float[] values, int count) {
            int whole = count - count % SUMS;
            double s0 = sums[0];
            double s1 = sums[1];
            double s2 = sums[2];
            double s3 = sums[3];
            double s4 = sums[4];
            double s5 = sums[5];
            double s6 = sums[6];
            double s7 = sums[7];
            for (int j = 0; j < whole; j += SUMS) {
                s0 += square(values[j]);
                s1 += square(values[j + 1]);
                s2 += square(values[j + 2]);
                s3 += square(values[j + 3]);
                s4 += square(values[j + 4]);
                s5 += square(values[j + 5]);
                s6 += square(values[j + 6]);
                s7 += square(values[j + 7]);
            }
            sums[0] = s0;
            sums[1] = s1;
            sums[2] = s2;
            sums[3] = s3;
            sums[4] = s4;
            sums[5] = s5;
            sums[6] = s6;
            sums[7] = s7;
            for (int j = whole; j < count; j++) {
                sums[j % SUMS] += square(values[j]);
            }
        }

        private static double square(double value) {
            return value * value;
        }

        double total() {
            return Arrays.stream(sums).reduce(0, Double::sum);
        }
    }
}
