package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.kafka.Samples;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.update.UpdateId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeltaEncoderTest {

    private static final UpdateId ID = new UpdateId(3, 1, 42);

    @Test
    void theDeltaIsSiloMinusGlobal() {
        var global = Samples.model(1);
        var trained = Samples.with(global, 3, 2, global.chunk(3).get(2) + 0.25f);
        var chunk = new DeltaEncoder(global, trained, Codec.F32).encode("main", ID, 3);
        var decoded = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), chunk.elements(), decoded, 0);
        assertThat(decoded[2]).isCloseTo(0.25f, within(1e-6f));
        assertThat(decoded[1]).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void whatIsMeasuredIsWhatAReaderDecodes(Codec codec) {
        var chunk =
                new DeltaEncoder(Samples.model(1), Samples.model(2), codec).encode("main", ID, 0);
        var decoded = new float[chunk.elements()];
        TensorCodec.decode(codec, chunk.payload(), chunk.elements(), decoded, 0);
        double sum = 0;
        for (float value : decoded) {
            sum += (double) value * value;
        }
        assertThat(chunk.squaredNorm()).isEqualTo(sum);
        assertThat(chunk.crc32c()).isEqualTo(Crc32c.of(chunk.payload()));
    }

    @Test
    void aDeltaThatIsNotANumberIsRefusedByPlace() {
        var global = Samples.model(1);
        var trained = Samples.with(global, 4, 1, Float.NaN);
        var encoder = new DeltaEncoder(global, trained, Codec.F32);
        assertThat(encoder.encode("main", ID, 0).elements()).isEqualTo(8);
        assertThatThrownBy(() -> encoder.encode("main", ID, 4))
                .isInstanceOf(UnsendableDeltaException.class)
                .hasMessageContaining("value 1 of chunk 4 (block layer-1) is NaN")
                .hasMessageContaining("diverged");
    }

    @Test
    void aDeltaThatTheCodecCannotHoldIsRefusedWithTheRemedy() {
        var global = Samples.model(1);
        var trained = Samples.with(global, 0, 0, 1e6f);
        assertThatThrownBy(() -> new DeltaEncoder(global, trained, Codec.F16).encode("main", ID, 0))
                .isInstanceOf(UnsendableDeltaException.class)
                .hasMessageContaining("use BF16 or F32");
    }
}
