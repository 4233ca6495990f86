package io.tributary.schemas.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes every record type of the federation in its documented frame: Avro's
 * single-object encoding. {@code schemas/README.md} shows it byte by byte.
 *
 * <p>Thread-safe.
 */
public final class Wire {

    /** Largest encoded value, frame included: leaves room for key and headers below 1 MiB. */
    public static final int MAX_VALUE_BYTES = 1024 * 1024 - 1024;

    /** The bytes C3 01, read as a little-endian 16-bit number. */
    private static final short MARKER = 0x01C3;

    /** Marker and schema fingerprint. */
    private static final int HEADER_BYTES = Short.BYTES + Long.BYTES;

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.load();

    private Wire() {}

    /**
     * Encodes a record of a known type.
     *
     * @throws IllegalArgumentException if the type is unknown, a component is null, or the value
     *     would be too large
     */
    public static byte[] encode(Record value) {
        return encode(SCHEMAS.codec(value.getClass()), value);
    }

    private static <T extends Record> byte[] encode(RecordCodec<T> codec, Record value) {
        T typed = codec.type().cast(value);
        long size = HEADER_BYTES + codec.encodedBytes(typed);
        if (size > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "%s takes %s bytes, a record may have %s: send smaller chunks"
                            .formatted(codec.type().getSimpleName(), size, MAX_VALUE_BYTES));
        }
        var encoded = new byte[(int) size];
        ByteBuffer.wrap(encoded)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(MARKER)
                .putLong(codec.fingerprint());
        codec.write(typed, encoded, HEADER_BYTES);
        return encoded;
    }

    /**
     * Decodes a value of any known type.
     *
     * @throws MalformedRecordException if it is anything else; says what was found
     */
    public static Record decode(byte[] value) throws MalformedRecordException {
        return decode(ByteBuffer.wrap(value));
    }

    /**
     * Decodes what remains of a buffer, a value of any known type. The buffer stays as it is, and
     * nothing of it is kept.
     *
     * @throws MalformedRecordException if it is anything else; says what was found
     */
    public static Record decode(ByteBuffer value) throws MalformedRecordException {
        return decode(value, null);
    }

    /**
     * Decodes as {@link #decode(ByteBuffer)} does. For reading many records one after the other:
     * payloads of one length take turns in one array.
     *
     * @param old a decoded record that nobody needs any more, whose arrays may be taken for the new
     *     one, also if this fails
     */
    public static Record decode(ByteBuffer value, @Nullable Record old)
            throws MalformedRecordException {
        int length = value.remaining();
        if (length < HEADER_BYTES) {
            throw new MalformedRecordException(
                    "a value of %s bytes is shorter than its %s byte frame"
                            .formatted(length, HEADER_BYTES));
        }
        if (length > MAX_VALUE_BYTES) {
            throw new MalformedRecordException(
                    "a value of %s bytes is over the limit of %s"
                            .formatted(length, MAX_VALUE_BYTES));
        }
        var body = value.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (body.getShort() != MARKER) {
            throw new MalformedRecordException(
                    "a value starts with C3 01, found %02X %02X"
                            .formatted(body.get(0), body.get(1)));
        }
        return SCHEMAS.reader(body.getLong()).read(body, old);
    }

    /**
     * Decodes a value that must be of one type.
     *
     * @throws MalformedRecordException if it is anything else; says what was found
     */
    public static <T extends Record> T decode(byte[] value, Class<T> type)
            throws MalformedRecordException {
        var decoded = decode(value);
        if (!type.isInstance(decoded)) {
            throw new MalformedRecordException(
                    "expected %s, found %s"
                            .formatted(type.getSimpleName(), decoded.getClass().getSimpleName()));
        }
        return type.cast(decoded);
    }
}
