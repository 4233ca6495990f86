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
import java.util.List;

/**
 * Encodes the delta {@code trained - global} chunk by chunk, and measures what a reader will
 * decode. Holds one chunk at a time, whatever the size of the model.
 */
final class DeltaEncoder {

    private final ModelLayout layout;
    private final List<ChunkSpan> spans;
    private final ParameterBuffer global;
    private final ParameterBuffer trained;
    private final Codec codec;
    private final float[] scratch;

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
        this.scratch = new float[spans.stream().mapToInt(ChunkSpan::elements).max().orElse(0)];
    }

    int chunks() {
        return spans.size();
    }

    String layoutDigest() {
        return layout.digest();
    }

    /**
     * @throws UnsendableDeltaException if a value is not finite, before or after encoding
     */
    UpdateChunk encode(String model, UpdateId id, int chunk) {
        int elements = spans.get(chunk).elements();
        var from = global.chunk(chunk);
        var to = trained.chunk(chunk);
        for (int j = 0; j < elements; j++) {
            scratch[j] = to.get(j) - from.get(j);
        }
        checkFinite(chunk, elements, "training diverged: lower the learning rate or clip harder");
        var payload = TensorCodec.encode(codec, FloatBuffer.wrap(scratch, 0, elements));
        TensorCodec.decode(codec, payload, elements, scratch, 0);
        checkFinite(chunk, elements, "it does not fit codec " + codec + ": use BF16 or F32");
        double squaredNorm = 0;
        for (int j = 0; j < elements; j++) {
            squaredNorm += (double) scratch[j] * scratch[j];
        }
        return new UpdateChunk(
                model, id, chunk, codec, elements, Crc32c.of(payload), squaredNorm, payload);
    }

    private void checkFinite(int chunk, int elements, String remedy) {
        for (int j = 0; j < elements; j++) {
            if (!Float.isFinite(scratch[j])) {
                throw new UnsendableDeltaException(
                        "the delta of value %s of chunk %s (block %s) is %s; %s. Nothing was sent"
                                .formatted(
                                        j,
                                        chunk,
                                        layout.blocks().get(spans.get(chunk).block()).name(),
                                        scratch[j],
                                        remedy));
            }
        }
    }
}
