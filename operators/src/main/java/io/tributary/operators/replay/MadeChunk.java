package io.tributary.operators.replay;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;

/**
 * A chunk of a version that was made once more.
 *
 * @param chunk index in the layout
 * @param before its parameters before the round's step; not to be changed
 * @param after its parameters after it, as the next step is taken on them; not to be changed
 * @param codec how the version publishes them
 */
public record MadeChunk(int chunk, float[] before, float[] after, Codec codec) {

    /** The checksum under which the job would publish it. */
    public int crc32c() {
        return Crc32c.of(TensorCodec.encode(codec, after));
    }

    /** Its parameters as readers of the version get them; not to be changed. */
    float[] published() {
        if (codec == Codec.F32) {
            return after;
        }
        var values = new float[after.length];
        TensorCodec.decode(codec, TensorCodec.encode(codec, after), values.length, values, 0);
        return values;
    }
}
