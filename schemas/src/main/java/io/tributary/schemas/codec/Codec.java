package io.tributary.schemas.codec;

/** Encodings of tensor values. The name in lower case is the one used in options. */
public enum Codec {
    /** IEEE 754 binary32, little-endian. */
    F32(4),
    /** The upper half of a binary32, rounded to nearest even, little-endian. */
    BF16(2),
    /** IEEE 754 binary16, rounded to nearest even, little-endian. */
    F16(2);

    private final int bytesPerElement;

    Codec(int bytesPerElement) {
        this.bytesPerElement = bytesPerElement;
    }

    /** Size of {@code elements} encoded values. */
    public int encodedBytes(int elements) {
        return Math.multiplyExact(bytesPerElement, elements);
    }
}
