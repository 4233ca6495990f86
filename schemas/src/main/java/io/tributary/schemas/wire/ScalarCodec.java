package io.tributary.schemas.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** The Java types that one call of Avro's encoder and decoder handles. */
enum ScalarCodec implements ValueCodec {
    STRING(
            Schema.Type.STRING,
            (value, out) -> out.writeString((String) value),
            (old, in) -> readString(in)),
    BYTES(
            Schema.Type.BYTES,
            (value, out) -> out.writeBytes((byte[]) value),
            ScalarCodec::readBytes),
    BOOLEAN(
            Schema.Type.BOOLEAN,
            (value, out) -> out.writeBoolean((boolean) value),
            (old, in) -> in.readBoolean()),
    INT(Schema.Type.INT, (value, out) -> out.writeInt((int) value), (old, in) -> in.readInt()),
    LONG(Schema.Type.LONG, (value, out) -> out.writeLong((long) value), (old, in) -> in.readLong()),
    FLOAT(
            Schema.Type.FLOAT,
            (value, out) -> out.writeFloat((float) value),
            (old, in) -> in.readFloat()),
    DOUBLE(
            Schema.Type.DOUBLE,
            (value, out) -> out.writeDouble((double) value),
            (old, in) -> in.readDouble());

    private static final Map<Class<?>, ScalarCodec> BY_TYPE =
            Map.ofEntries(
                    Map.entry(String.class, STRING),
                    Map.entry(byte[].class, BYTES),
                    Map.entry(boolean.class, BOOLEAN),
                    Map.entry(Boolean.class, BOOLEAN),
                    Map.entry(int.class, INT),
                    Map.entry(Integer.class, INT),
                    Map.entry(long.class, LONG),
                    Map.entry(Long.class, LONG),
                    Map.entry(float.class, FLOAT),
                    Map.entry(Float.class, FLOAT),
                    Map.entry(double.class, DOUBLE),
                    Map.entry(Double.class, DOUBLE));

    private final Schema.Type avroType;
    private final Writer writer;
    private final Reader reader;

    ScalarCodec(Schema.Type avroType, Writer writer, Reader reader) {
        this.avroType = avroType;
        this.writer = writer;
        this.reader = reader;
    }

    /** The codec for a class, if it is one of these types. */
    static @Nullable ScalarCodec of(Class<?> type) {
        return BY_TYPE.get(type);
    }

    Schema.Type avroType() {
        return avroType;
    }

    @Override
    public void write(Object value, Encoder out) throws IOException {
        writer.write(value, out);
    }

    @Override
    public Object read(@Nullable Object old, ResolvingDecoder in) throws IOException {
        return reader.read(old, in);
    }

    /** Refuses bytes that are not UTF-8, where Avro would replace them silently. */
    private static String readString(ResolvingDecoder in) throws IOException {
        var utf8 = in.readString(null);
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(utf8.getBytes(), 0, utf8.getByteLength()))
                .toString();
    }

    /** Avro copies the bytes, into an array of their length if there is no other: the value. */
    private static byte[] readBytes(@Nullable Object old, ResolvingDecoder in) throws IOException {
        var bytes = in.readBytes(old == null ? null : ByteBuffer.wrap((byte[]) old));
        if (bytes.arrayOffset() == 0 && bytes.array().length == bytes.limit()) {
            return bytes.array();
        }
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private interface Writer {
        void write(Object value, Encoder out) throws IOException;
    }

    private interface Reader {
        Object read(@Nullable Object old, ResolvingDecoder in) throws IOException;
    }
}
