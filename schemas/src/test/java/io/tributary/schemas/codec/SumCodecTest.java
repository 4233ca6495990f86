package io.tributary.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.wire.Wire;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumCodecTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000, SumCodec.PART_ELEMENTS, SumCodec.PART_ELEMENTS + 1, 245_760})
    void partsHaveEveryValueOnceAndBringItBackExactly(int elements) {
        var values = new double[elements];
        var random = new SplittableRandom(elements);
        Arrays.setAll(values, j -> random.nextLong(-(1L << 53), 1L << 53) * 0x1p-40);
        var decoded = new double[elements];
        int next = 0;
        for (int part = 0; part < SumCodec.parts(elements); part++) {
            int count = SumCodec.elements(part, elements);
            assertThat(SumCodec.first(part)).isEqualTo(next);
            var piece = new double[count];
            SumCodec.decode(SumCodec.encode(values, next, count), count, piece);
            System.arraycopy(piece, 0, decoded, next, count);
            next += count;
        }
        assertThat(next).isEqualTo(elements);
        assertThat(decoded).isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void everyPartOfTheLargestChunkFitsARecord(int part) {
        int count = SumCodec.elements(part, ModelLayout.MAX_CHUNK_ELEMENTS);
        var chunk =
                new UpdateChunk(
                        "m".repeat(63),
                        new UpdateId(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MIN_VALUE),
                        ModelLayout.MAX_CHUNKS,
                        Codec.F64,
                        count,
                        Integer.MIN_VALUE,
                        1,
                        part,
                        new byte[Codec.F64.encodedBytes(count)]);
        assertThat(Wire.encode(chunk)).hasSizeLessThan(Wire.MAX_VALUE_BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 9, 24})
    void payloadsOfAnotherLengthAreRefused(int bytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SumCodec.decode(new byte[bytes], 2, new double[3]))
                .withMessageContaining(bytes + " bytes");
    }
}
