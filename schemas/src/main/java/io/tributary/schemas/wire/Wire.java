package io.tributary.schemas.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes every record type of the federation in its documented frame: Avro's
 * single-object encoding, or the frame of a schema registry, which names the schema by a number.
 * {@code schemas/README.md} shows both byte by byte. What is behind the frame is the same in both.
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

    /** What a value in the frame of a schema registry begins with. */
    private static final byte REGISTRY_MARKER = 0;

    /** Marker and the registry's number of the schema. */
    private static final int REGISTRY_HEADER_BYTES = Byte.BYTES + Integer.BYTES;

    private static final KnownSchemas SCHEMAS = KnownSchemas.load();

    private Wire() {}

    /** Every record type that travels. */
    public static List<Class<? extends Record>> types() {
        return KnownSchemas.TYPES;
    }

    /**
     * The schema that records of a type are written with, self-contained.
     *
     * @throws IllegalArgumentException if the type is unknown
     */
    public static Schema schema(Class<? extends Record> type) {
        return SCHEMAS.codec(type).schema();
    }

    /** Whether a value that was written with this schema can be decoded. */
    public static boolean knows(long fingerprint) {
        return SCHEMAS.knows(fingerprint);
    }

    /**
     * Encodes a record of a known type.
     *
     * @throws IllegalArgumentException if the type is unknown, a component is null, or the value
     *     would be too large
     */
    public static byte[] encode(Record value) {
        var codec = SCHEMAS.codec(value.getClass());
        var encoded = encode(codec, value, HEADER_BYTES);
        ByteBuffer.wrap(encoded)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(MARKER)
                .putLong(codec.fingerprint());
        return encoded;
    }

    /**
     * Encodes a record of a known type in the frame of a schema registry.
     *
     * @param schemaId the registry's number of the type's {@linkplain #schema schema}
     * @throws IllegalArgumentException if the type is unknown, a component is null, or the value
     *     would be too large
     */
    public static byte[] encode(Record value, int schemaId) {
        var encoded = encode(SCHEMAS.codec(value.getClass()), value, REGISTRY_HEADER_BYTES);
        ByteBuffer.wrap(encoded).put(REGISTRY_MARKER).putInt(schemaId);
        return encoded;
    }

    /** Leaves room for the frame. */
    private static <T extends Record> byte[] encode(
            RecordCodec<T> codec, Record value, int headerBytes) {
        T typed = codec.type().cast(value);
        long size = headerBytes + codec.encodedBytes(typed);
        if (size > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "%s takes %s bytes, a record may have %s: send smaller chunks"
                            .formatted(codec.type().getSimpleName(), size, MAX_VALUE_BYTES));
        }
        var encoded = new byte[(int) size];
        codec.write(typed, encoded, headerBytes);
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
        return decode(value, old, SchemaIds.NONE, "");
    }

    /**
     * Decodes as {@link #decode(ByteBuffer, Record)} does, a value in either frame.
     *
     * @param ids what the numbers of a schema registry mean
     * @param origin whose value it is, a silo or a topic; see {@link SchemaIds#fingerprint}
     * @throws RuntimeException of {@code ids}, if it cannot be found out now what it is
     */
    public static Record decode(
            ByteBuffer value, @Nullable Record old, SchemaIds ids, String origin)
            throws MalformedRecordException {
        int length = value.remaining();
        boolean registered = length > 0 && value.get(value.position()) == REGISTRY_MARKER;
        int headerBytes = registered ? REGISTRY_HEADER_BYTES : HEADER_BYTES;
        if (length < headerBytes) {
            throw new MalformedRecordException(
                    "a value of %s bytes is shorter than its %s byte frame"
                            .formatted(length, headerBytes));
        }
        if (length > MAX_VALUE_BYTES) {
            throw new MalformedRecordException(
                    "a value of %s bytes is over the limit of %s"
                            .formatted(length, MAX_VALUE_BYTES));
        }
        var body = value.slice(); // big-endian, as the registry's number is
        long fingerprint =
                registered
                        ? ids.fingerprint(body.getInt(Byte.BYTES), origin)
                        : fingerprint(body.order(ByteOrder.LITTLE_ENDIAN));
        return SCHEMAS.reader(fingerprint).read(body.position(headerBytes), old);
    }

    private static long fingerprint(ByteBuffer frame) throws MalformedRecordException {
        if (frame.getShort() != MARKER) {
            throw new MalformedRecordException(
                    "a value starts with C3 01, or with 00 in the frame of a schema registry; found %02X %02X"
                            .formatted(frame.get(0), frame.get(1)));
        }
        return frame.getLong();
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
