package io.tributary.schemas.codec;

import java.util.zip.CRC32C;

/** The checksum of chunk payloads: CRC-32C (Castagnoli), RFC 3720 appendix B.4. */
public final class Crc32c {

    private Crc32c() {}

    /** The checksum's 32 bits. */
    public static int of(byte[] payload) {
        var crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }
}
