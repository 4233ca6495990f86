package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.array.DoublePrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.FloatPrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Around the size of the blocks that are converted at a time: 16384 floats, 8192 doubles. */
class BulkArraySerializerTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 16383, 16384, 16385, 50_000})
    void floatsAreWrittenAsFlinkWritesThem(int length) throws IOException {
        var random = new SplittableRandom(length);
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-1e30, 1e30);
        }
        checkExchangeable(
                BulkArraySerializer.floats(), FloatPrimitiveArraySerializer.INSTANCE, values);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 8193, 16384, 50_000})
    void doublesAreWrittenAsFlinkWritesThem(int length) throws IOException {
        var random = new SplittableRandom(length);
        var values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextDouble(-1e300, 1e300);
        }
        checkExchangeable(
                BulkArraySerializer.doubles(), DoublePrimitiveArraySerializer.INSTANCE, values);
    }

    /** What one writes the other reads, and state of the other is taken as it is. */
    private static <A> void checkExchangeable(
            TypeSerializer<A> ours, TypeSerializer<A> flinks, A array) throws IOException {
        var expected = ByteBuffer.wrap(written(flinks, array)); // which says less when it differs
        assertThat(ByteBuffer.wrap(written(ours, array))).isEqualTo(expected);

        var read = ours.deserialize(new DataInputDeserializer(written(flinks, array)));
        assertThat(ByteBuffer.wrap(written(flinks, read))).isEqualTo(expected);

        var copy = new DataOutputSerializer(16);
        ours.copy(new DataInputDeserializer(written(flinks, array)), copy);
        assertThat(ByteBuffer.wrap(copy.getCopyOfBuffer())).isEqualTo(expected);

        var restored =
                ours.snapshotConfiguration()
                        .resolveSchemaCompatibility(flinks.snapshotConfiguration());
        assertThat(restored.isCompatibleAsIs()).isTrue();
        assertThat(
                        ours.snapshotConfiguration()
                                .resolveSchemaCompatibility(ours.snapshotConfiguration())
                                .isCompatibleAsIs())
                .isTrue();
    }

    private static <A> byte[] written(TypeSerializer<A> serializer, A array) throws IOException {
        var out = new DataOutputSerializer(16);
        serializer.serialize(array, out);
        return out.getCopyOfBuffer();
    }
}
