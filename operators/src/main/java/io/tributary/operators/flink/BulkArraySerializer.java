package io.tributary.operators.flink;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.api.common.typeutils.base.array.DoublePrimitiveArraySerializer.DoublePrimitiveArraySerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.array.FloatPrimitiveArraySerializer.FloatPrimitiveArraySerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Arrays of numbers as Flink's own serializers write them, to the byte - length, then the values,
 * big-endian - but many values at a time. Flink's pass every byte through the stream by itself,
 * which makes them the most expensive part of a checkpoint of a model.
 *
 * @param <A> the array's type
 */
abstract class BulkArraySerializer<A> extends TypeSerializerSingleton<A> {

    private static final long serialVersionUID = 1;

    /** Bytes that are converted at a time; a multiple of the size of every value. */
    private static final int BLOCK = 1 << 16;

    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(BLOCK));

    private final int bytesPerValue;

    BulkArraySerializer(int bytesPerValue) {
        this.bytesPerValue = bytesPerValue;
    }

    abstract int length(A array);

    abstract A create(int length);

    /** Puts values of the array into a buffer. */
    abstract void put(A array, int first, int count, ByteBuffer target);

    /** Takes values of the array from a buffer. */
    abstract void take(A array, int first, int count, ByteBuffer source);

    @Override
    public void serialize(A array, DataOutputView target) throws IOException {
        int length = length(array);
        target.writeInt(length);
        var buffer = BUFFER.get();
        int step = BLOCK / bytesPerValue;
        for (int first = 0; first < length; first += step) {
            int count = Math.min(step, length - first);
            put(array, first, count, buffer);
            target.write(buffer.array(), 0, count * bytesPerValue);
        }
    }

    @Override
    public A deserialize(DataInputView source) throws IOException {
        var array = create(source.readInt());
        int length = length(array);
        var buffer = BUFFER.get();
        int step = BLOCK / bytesPerValue;
        for (int first = 0; first < length; first += step) {
            int count = Math.min(step, length - first);
            source.readFully(buffer.array(), 0, count * bytesPerValue);
            take(array, first, count, buffer);
        }
        return array;
    }

    @Override
    public A deserialize(A reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public A copy(A from, A reuse) {
        return copy(from);
    }

    @Override
    public A createInstance() {
        return create(0);
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public int getLength() {
        return -1;
    }

    /** Of {@code float[]}. */
    static final class Floats extends BulkArraySerializer<float[]> {

        static final Floats INSTANCE = new Floats();

        private static final long serialVersionUID = 1;

        private Floats() {
            super(Float.BYTES);
        }

        @Override
        int length(float[] array) {
            return array.length;
        }

        @Override
        float[] create(int length) {
            return new float[length];
        }

        @Override
        void put(float[] array, int first, int count, ByteBuffer target) {
            target.asFloatBuffer().put(array, first, count);
        }

        @Override
        void take(float[] array, int first, int count, ByteBuffer source) {
            source.asFloatBuffer().get(array, first, count);
        }

        @Override
        public float[] copy(float[] from) {
            return from.clone();
        }

        @Override
        public TypeSerializerSnapshot<float[]> snapshotConfiguration() {
            return new FloatsSnapshot();
        }
    }

    /** Of {@code double[]}. */
    static final class Doubles extends BulkArraySerializer<double[]> {

        static final Doubles INSTANCE = new Doubles();

        private static final long serialVersionUID = 1;

        private Doubles() {
            super(Double.BYTES);
        }

        @Override
        int length(double[] array) {
            return array.length;
        }

        @Override
        double[] create(int length) {
            return new double[length];
        }

        @Override
        void put(double[] array, int first, int count, ByteBuffer target) {
            target.asDoubleBuffer().put(array, first, count);
        }

        @Override
        void take(double[] array, int first, int count, ByteBuffer source) {
            source.asDoubleBuffer().get(array, first, count);
        }

        @Override
        public double[] copy(double[] from) {
            return from.clone();
        }

        @Override
        public TypeSerializerSnapshot<double[]> snapshotConfiguration() {
            return new DoublesSnapshot();
        }
    }

    /** What state says of how its arrays of floats were written. */
    public static final class FloatsSnapshot extends SimpleTypeSerializerSnapshot<float[]> {

        public FloatsSnapshot() {
            super(() -> Floats.INSTANCE);
        }

        @Override
        public TypeSerializerSchemaCompatibility<float[]> resolveSchemaCompatibility(
                TypeSerializerSnapshot<float[]> old) {
            return old instanceof FloatPrimitiveArraySerializerSnapshot
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : super.resolveSchemaCompatibility(old);
        }
    }

    /** What state says of how its arrays of doubles were written. */
    public static final class DoublesSnapshot extends SimpleTypeSerializerSnapshot<double[]> {

        public DoublesSnapshot() {
            super(() -> Doubles.INSTANCE);
        }

        @Override
        public TypeSerializerSchemaCompatibility<double[]> resolveSchemaCompatibility(
                TypeSerializerSnapshot<double[]> old) {
            return old instanceof DoublePrimitiveArraySerializerSnapshot
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : super.resolveSchemaCompatibility(old);
        }
    }

    static TypeSerializer<float[]> floats() {
        return Floats.INSTANCE;
    }

    static TypeSerializer<double[]> doubles() {
        return Doubles.INSTANCE;
    }
}
