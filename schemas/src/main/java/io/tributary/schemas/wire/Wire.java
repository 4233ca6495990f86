package io.tributary.schemas.wire;

/** Encodes and decodes every record type of the federation in its documented frame. */
public final class Wire {

    /** Largest encoded value, frame included: leaves room for key and headers below 1 MiB. */
    public static final int MAX_VALUE_BYTES = 1024 * 1024 - 1024;

    private Wire() {}

    /**
     * Encodes a record of a known type.
     *
     * @throws IllegalArgumentException if the type is unknown or the value would be too large
     */
    public static byte[] encode(Record value) {
        throw new UnsupportedOperationException("under construction: " + value);
    }

    /**
     * Decodes a value of any known type.
     *
     * @throws MalformedRecordException if it is anything else; says what was found
     */
    public static Record decode(byte[] value) throws MalformedRecordException {
        throw new MalformedRecordException("under construction: " + value.length);
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
