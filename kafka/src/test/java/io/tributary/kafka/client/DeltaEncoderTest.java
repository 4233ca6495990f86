package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.Samples;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeltaEncoderTest {

    private static final UpdateId ID = new UpdateId(3, 1, 42);

    /** Chunks of several tiles and a part of one, of a part of one, and of a single value. */
    private static final ModelLayout LARGE =
            new ModelLayout(
                    List.of(block("first", 2 * 9_000 + 1), block("second", 100), block("third", 1)),
                    9_000);

    /** What subtraction and rounding get wrong first. */
    private static final float[] AWKWARD = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        0x1p-126f,
        -0x1.fffffcp-127f,
        0x1p-24f,
        0x1p-25f,
        65_504f,
        -65_504f,
        1 + 0x1p-8f,
        1 + 0x1p-11f
    };

    @Test
    void theDeltaIsSiloMinusGlobal() {
        var global = Samples.model(1);
        var trained = Samples.with(global, 3, 2, global.chunk(3).get(2) + 0.25f);
        var chunk = encode(new DeltaEncoder(global, trained, Codec.F32), 3);
        var decoded = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), chunk.elements(), decoded, 0);
        assertThat(decoded[2]).isEqualTo((global.chunk(3).get(2) + 0.25f) - global.chunk(3).get(2));
        assertThat(decoded[1]).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void everyBitIsThatOfThePlainFormula(Codec codec) {
        var global = awkward(1);
        var trained = awkward(2);
        var encoder = new DeltaEncoder(global, trained, codec);
        var measures = encoder.measure(c -> true);
        assertThat(measures).hasSize(LARGE.chunkCount());

        for (var span : LARGE.chunks()) {
            var delta = new float[span.elements()];
            for (int j = 0; j < delta.length; j++) {
                delta[j] = trained.chunk(span.chunk()).get(j) - global.chunk(span.chunk()).get(j);
            }
            var payload = TensorCodec.encode(codec, FloatBuffer.wrap(delta));
            TensorCodec.decode(codec, payload, delta.length, delta, 0);
            var sums = new double[8]; // which value goes to which is part of the bits
            for (int j = 0; j < delta.length; j++) {
                sums[j % 8] += (double) delta[j] * delta[j];
            }
            double squares = Arrays.stream(sums).reduce(0, Double::sum);

            var measured = measures.get(span.chunk());
            assertThat(measured.crc32c()).isEqualTo(Crc32c.of(payload));
            assertThat(measured.squaredNorm()).isEqualTo(squares);
            var chunk = encoder.encode("main", ID, span.chunk(), measured);
            assertThat(chunk)
                    .usingRecursiveComparison()
                    .isEqualTo(
                            new UpdateChunk(
                                    "main",
                                    ID,
                                    span.chunk(),
                                    codec,
                                    delta.length,
                                    Crc32c.of(payload),
                                    squares,
                                    payload));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void theLargestFiniteDeltasHaveANorm(Codec codec) {
        float largest = codec == Codec.F16 ? 65_504f : 0x1.fep127f;
        var global = ParameterBuffer.allocate(LARGE);
        var trained = ParameterBuffer.allocate(LARGE);
        for (var span : LARGE.chunks()) {
            var values = trained.chunk(span.chunk());
            while (values.hasRemaining()) {
                values.put(largest);
            }
        }
        assertThat(new DeltaEncoder(global, trained, codec).measure(c -> true))
                .allSatisfy((chunk, measure) -> assertThat(measure.squaredNorm()).isFinite());
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void aDeltaThatIsNotANumberIsRefusedByItsFirstPlace(Codec codec) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1f / 0}) {
            var trained = awkward(2);
            trained.chunk(3).put(17, bad);
            trained.chunk(1).put(8_999, bad);
            trained.chunk(1).put(5_000, bad);
            assertThatThrownBy(
                            () -> new DeltaEncoder(awkward(1), trained, codec).measure(c -> true))
                    .isInstanceOf(UnsendableDeltaException.class)
                    .hasMessageContaining("value 5000 of chunk 1 (block first) is " + bad)
                    .hasMessageContaining("diverged");
        }
    }

    @Test
    void aDeltaThatTheCodecCannotHoldIsRefusedWithTheRemedy() {
        var global = Samples.model(1);
        var trained = Samples.with(global, 4, 1, 1e6f);
        assertThatThrownBy(() -> new DeltaEncoder(global, trained, Codec.F16).measure(c -> true))
                .isInstanceOf(UnsendableDeltaException.class)
                .hasMessageContaining("value 1 of chunk 4 (block layer-1) is Infinity")
                .hasMessageContaining("use BF16 or F32");
        assertThat(new DeltaEncoder(global, trained, Codec.BF16).measure(c -> true)).hasSize(5);
    }

    @Test
    void aChunkThatChangesAfterItWasMeasuredIsNotSent() {
        var trained = awkward(2);
        var encoder = new DeltaEncoder(awkward(1), trained, Codec.BF16);
        var measures = encoder.measure(c -> true);
        trained.chunk(1).put(5_000, 0.5f);
        assertThat(encoder.encode("main", ID, 0, measures.get(0)).chunk()).isZero();
        assertThatThrownBy(() -> encoder.encode("main", ID, 1, measures.get(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("chunk 1 of round 3 changed while it was uploaded");
    }

    private static UpdateChunk encode(DeltaEncoder encoder, int chunk) {
        return encoder.encode("main", ID, chunk, encoder.measure(c -> true).get(chunk));
    }

    /** Every second value of those above, in the same places whatever the seed; zeros included. */
    private static ParameterBuffer awkward(long seed) {
        var random = new Random(seed);
        var model = ParameterBuffer.allocate(LARGE);
        for (var span : LARGE.chunks()) {
            var values = model.chunk(span.chunk());
            for (int j = 0; j < span.elements(); j++) {
                values.put(
                        j,
                        j % 2 == 0
                                ? AWKWARD[random.nextInt(AWKWARD.length)] / 2
                                : random.nextFloat() - 0.5f);
            }
        }
        return model;
    }

    private static Block block(String name, int elements) {
        return new Block(
                name, Slot.WEIGHTS, List.of(new TensorSpec(name + ".weight", List.of(elements))));
    }
}
