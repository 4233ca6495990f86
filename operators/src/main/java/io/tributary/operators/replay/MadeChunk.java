package io.tributary.operators.replay;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import java.nio.FloatBuffer;

/**
 * A chunk of a version that was made once more.
 *
 * @param chunk index in the layout
 * @param before its parameters in the version the round started from; not to be changed
 * @param after its parameters in the new version; not to be changed
 */
public record MadeChunk(int chunk, float[] before, float[] after) {

    /** The checksum under which the job would publish it. */
    public int crc32c() {
        return Crc32c.of(TensorCodec.encode(Codec.F32, FloatBuffer.wrap(after)));
    }
}
