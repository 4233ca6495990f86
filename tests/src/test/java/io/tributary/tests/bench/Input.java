package io.tributary.tests.bench;

import io.tributary.operators.kernel.EncodedRows;
import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.RowSource;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** What a kernel reads rows from. */
public enum Input {
    /** Arrays of floats. */
    FLOATS(Float.BYTES, "floats") {
        @Override
        RowSource rows(float[][] values) {
            return new FloatRows(values);
        }
    },
    /** Encoded payloads, as they come off the log. */
    F32(Codec.F32.encodedBytes(1), "f32 bytes") {
        @Override
        RowSource rows(float[][] values) {
            return encoded(Codec.F32, values);
        }
    },
    /** Encoded payloads of half the size. */
    BF16(Codec.BF16.encodedBytes(1), "bf16 bytes") {
        @Override
        RowSource rows(float[][] values) {
            return encoded(Codec.BF16, values);
        }
    };

    private final int bytesPerValue;
    private final String text;

    Input(int bytesPerValue, String text) {
        this.bytesPerValue = bytesPerValue;
        this.text = text;
    }

    /** Rows of these values in this form. */
    abstract RowSource rows(float[][] values);

    int bytesPerValue() {
        return bytesPerValue;
    }

    private static RowSource encoded(Codec codec, float[][] values) {
        var encoded =
                Arrays.stream(values)
                        .map(row -> TensorCodec.encode(codec, FloatBuffer.wrap(row)))
                        .map(payload -> new EncodedRows.Row(codec, payload))
                        .toList();
        return new EncodedRows(encoded, values[0].length);
    }

    @Override
    public String toString() {
        return text;
    }
}
