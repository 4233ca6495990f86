package io.tributary.schemas.codec;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Encodings of tensor values. The name in lower case is the one used in options. */
public enum Codec {
    /** IEEE 754 binary32, little-endian. */
    F32(4),
    /** The upper half of a binary32, rounded to nearest even, little-endian. */
    BF16(2),
    /** IEEE 754 binary16, rounded to nearest even, little-endian. */
    F16(2),
    /**
     * IEEE 754 binary64, little-endian: for the sums that relays send, see {@link SumCodec}. Never
     * for deltas, and no option's value.
     */
    F64(8);

    private final int bytesPerElement;

    Codec(int bytesPerElement) {
        this.bytesPerElement = bytesPerElement;
    }

    /**
     * The codec of a name in lower case, {@code bf16} for instance.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Codec parse(String name) {
        for (var codec : values()) {
            if (codec.isForDeltas() && codec.lowerCaseName().equals(name)) {
                return codec;
            }
        }
        var known =
                Arrays.stream(values())
                        .filter(Codec::isForDeltas)
                        .map(Codec::lowerCaseName)
                        .collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                "unknown codec '%s': use one of %s".formatted(name, known));
    }

    /** Whether deltas and parameters may be encoded so. */
    public boolean isForDeltas() {
        return this != F64;
    }

    /** The name used in options, {@code bf16} for instance. */
    public String lowerCaseName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Size of {@code elements} encoded values.
     *
     * @throws ArithmeticException if it is above 2 GiB
     */
    public int encodedBytes(int elements) {
        return Math.multiplyExact(bytesPerElement, elements);
    }
}
