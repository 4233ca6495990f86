package io.tributary.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class CodecTest {

    @Test
    void everyCodecIsFoundByItsLowerCaseName() {
        for (var codec : List.of(Codec.F32, Codec.BF16, Codec.F16)) {
            assertThat(Codec.parse(codec.lowerCaseName())).isEqualTo(codec);
            assertThat(codec.lowerCaseName()).isEqualTo(codec.name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void unknownNameIsRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codec.parse("fp8"))
                .withMessage("unknown codec 'fp8': use one of f32, bf16, f16");
    }

    @Test
    void theCodecOfSumsCannotBeAskedFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codec.parse("f64"))
                .withMessage("unknown codec 'f64': use one of f32, bf16, f16");
    }

    @Test
    void sizesBeyondTwoGibibytesAreRefused() {
        assertThat(Codec.F32.encodedBytes(3)).isEqualTo(12);
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> Codec.F32.encodedBytes(1 << 30));
    }
}
