package io.tributary.operators.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.update.RejectionReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkVerifierTest {

    private final ChunkVerifier verifier = new ChunkVerifier(SmallFederation.LAYOUT);

    @ParameterizedTest
    @EnumSource(names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void aChunkIsMeasuredAsItIsDecoded(Codec codec) {
        var receipt =
                verifier.check(
                        Upload.of("silo-a", 1).withChunk(0, 3, -4, 0, 0).withCodec(codec).chunk(0));

        assertThat(receipt.fault()).isNull();
        assertThat(receipt.squaredNorm()).isEqualTo(25);
        assertThat(receipt.largest()).isEqualTo(4);
    }

    /** One verifier sees many chunks: what one leaves behind must not show in the next. */
    @Test
    void aReceiptDoesNotDependOnWhatWasCheckedBefore() {
        var small = Upload.of("silo-a", 1).withChunk(3, 0.5f).chunk(3);
        var first = verifier.check(small);
        var poison = Upload.of("silo-b", 1).withChunk(0, Float.NaN, 9, 9, 9).chunk(0);
        assertThat(verifier.check(poison).fault()).isEqualTo(RejectionReason.NOT_FINITE);

        assertThat(verifier.check(small)).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aValueThatIsNotFiniteIsFoundWhereverItIs(int position) {
        for (float bad :
                new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            var values = new float[] {1, -2, 3, -4};
            values[position] = bad;
            var chunk = Upload.of("silo-a", 1).withChunk(0, values).chunk(0);
            assertThat(verifier.check(chunk).fault()).isEqualTo(RejectionReason.NOT_FINITE);
        }
    }

    @Test
    void theLargestFiniteValuesDoNotOverflowTheNorm() {
        var chunk =
                Upload.of("silo-a", 1)
                        .withChunk(0, Float.MAX_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE, 0)
                        .chunk(0);

        var receipt = verifier.check(chunk);

        assertThat(receipt.fault()).isNull();
        assertThat(Math.sqrt(receipt.squaredNorm()) / Float.MAX_VALUE)
                .isCloseTo(Math.sqrt(3), within(1e-12));
    }
}
