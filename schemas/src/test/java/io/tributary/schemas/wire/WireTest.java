package io.tributary.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateManifest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {

    static List<Record> examples() {
        return Examples.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyRecordTypeComesBackAsItWas(Record record) throws Exception {
        var decoded = Wire.decode(Wire.encode(record));

        assertThat(decoded).hasSameClassAs(record);
        assertThat(decoded).usingRecursiveComparison().isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aValueInTheMiddleOfABufferIsReadAndLeftAsItIs(Record record) throws Exception {
        var encoded = Wire.encode(record);
        for (boolean direct : new boolean[] {false, true}) {
            int length = encoded.length + 8;
            var whole = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
            whole.put(3, encoded);
            var value = whole.slice(1, length - 1).position(2).limit(2 + encoded.length);

            assertThat(Wire.decode(value)).usingRecursiveComparison().isEqualTo(record);
            assertThat(value.remaining()).isEqualTo(encoded.length);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anOldRecordOfAnyTypeDoesNotShowInTheNewOne(Record record) throws Exception {
        for (var other : Examples.all()) {
            var old = Wire.decode(Wire.encode(other));

            assertThat(Wire.decode(ByteBuffer.wrap(Wire.encode(record)), old))
                    .usingRecursiveComparison()
                    .isEqualTo(record);
        }
    }

    @Test
    void payloadsOfOneLengthTakeTurnsInOneArray() throws Exception {
        var second = chunk(new byte[] {5, 6, 7, 8});
        var third = chunk(new byte[] {9, 10, 11, 12, 13, 14, 15, 16});
        var old = (ModelChunk) Wire.decode(Wire.encode(chunk(new byte[] {1, 2, 3, 4})));

        var next = (ModelChunk) Wire.decode(ByteBuffer.wrap(Wire.encode(second)), old);
        assertThat(next.payload()).isSameAs(old.payload()).isEqualTo(second.payload());

        var last = (ModelChunk) Wire.decode(ByteBuffer.wrap(Wire.encode(third)), next);
        assertThat(last.payload()).isEqualTo(third.payload());
        assertThat(next.payload()).isEqualTo(second.payload());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void encodingIsDeterministic(Record record) throws Exception {
        var encoded = Wire.encode(record);

        assertThat(Wire.encode(record)).isEqualTo(encoded);
        assertThat(Wire.encode(Wire.decode(encoded))).isEqualTo(encoded);
    }

    @Test
    void thereIsAnExampleOfEveryTypeThatTravels() {
        assertThat(Examples.all()).extracting(Object::getClass).isEqualTo(KnownSchemas.TYPES);
    }

    @Test
    void valueStartsWithMarkerAndLittleEndianFingerprint() {
        long fingerprint = KnownSchemas.load().codec(UpdateChunk.class).fingerprint();

        var encoded = Wire.encode(Examples.updateChunk());

        assertThat(encoded[0]).isEqualTo((byte) 0xC3);
        assertThat(encoded[1]).isEqualTo((byte) 0x01);
        for (int i = 0; i < Long.BYTES; i++) {
            assertThat(encoded[2 + i]).isEqualTo((byte) (fingerprint >>> (8 * i)));
        }
    }

    @Test
    void fullChunkFitsIntoOneRecord() throws Exception {
        var payload = new byte[Codec.F32.encodedBytes(ModelLayout.MAX_CHUNK_ELEMENTS)];
        new Random(1).nextBytes(payload);
        var chunk = chunk(payload);

        var encoded = Wire.encode(chunk);

        assertThat(encoded.length).isLessThan(payload.length + 200);
        assertThat(Wire.decode(encoded, ModelChunk.class).payload()).isEqualTo(payload);
    }

    @Test
    void largestValueIsAcceptedAndOneByteMoreIsNot() throws Exception {
        int overhead = Wire.encode(chunk(new byte[1_000_000])).length - 1_000_000;
        var largest = chunk(new byte[Wire.MAX_VALUE_BYTES - overhead]);
        var tooLarge = chunk(new byte[Wire.MAX_VALUE_BYTES - overhead + 1]);

        assertThat(Wire.encode(largest)).hasSize(Wire.MAX_VALUE_BYTES);
        assertThat(Wire.decode(Wire.encode(largest))).isInstanceOf(ModelChunk.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wire.encode(tooLarge))
                .withMessageContaining("ModelChunk takes 1047553 bytes");
    }

    @Test
    void decodedPayloadDoesNotShareMemoryWithTheValue() throws Exception {
        var encoded = Wire.encode(Examples.updateChunk());
        var decoded = Wire.decode(encoded, UpdateChunk.class);
        var before = decoded.payload().clone();

        Arrays.fill(encoded, (byte) 0);

        assertThat(decoded.payload()).isEqualTo(before);
    }

    @Test
    void aValueOfAnotherTypeIsRefusedByName() {
        var encoded = Wire.encode(Examples.updateChunk());

        assertThatThrownBy(() -> Wire.decode(encoded, UpdateManifest.class))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage("expected UpdateManifest, found UpdateChunk");
    }

    @Test
    void aTypeThatNeverTravelsIsRefused() {
        var raw = new SiloRecord("acme-eu", 1, 0, 0, new byte[0]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wire.encode(raw))
                .withMessageContaining("SiloRecord does not travel");
    }

    @Test
    void aMissingComponentIsNamed() {
        var incomplete = new ModelChunk("main", 1, 0, 0, null, 0, 0, new byte[0]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wire.encode(incomplete))
                .withMessageContaining("ModelChunk.codec is null");
    }

    @Test
    void manyThreadsMayUseItAtOnce() {
        var encoded = examples().stream().map(Wire::encode).toList();

        var reencoded =
                IntStream.range(0, 2_000)
                        .parallel()
                        .mapToObj(i -> reencode(encoded.get(i % encoded.size())))
                        .toList();

        for (int i = 0; i < reencoded.size(); i++) {
            assertThat(reencoded.get(i)).isEqualTo(encoded.get(i % encoded.size()));
        }
    }

    @Test
    void extremeNumbersSurvive() throws Exception {
        for (double nats :
                new double[] {Double.MIN_VALUE, -0.0, Double.NEGATIVE_INFINITY, Double.NaN}) {
            var record = new SiloEvaluation("", Integer.MIN_VALUE, nats, Long.MIN_VALUE, -1);
            assertThat(Wire.decode(Wire.encode(record))).isEqualTo(record);
        }
    }

    private static byte[] reencode(byte[] value) {
        try {
            return Wire.encode(Wire.decode(value));
        } catch (MalformedRecordException e) {
            throw new AssertionError(e);
        }
    }

    private static ModelChunk chunk(byte[] payload) {
        return new ModelChunk(
                "main", 1, 0, 0, Codec.F32, payload.length / 4, Crc32c.of(payload), payload);
    }
}
