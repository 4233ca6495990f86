package io.tributary.schemas.codec;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identity of many chunks: SHA-256 over their CRC32C values, four bytes each, big-endian, in chunk
 * order. It names an update's payload and a model version's parameters.
 */
public final class ChunkDigest {

    private ChunkDigest() {}

    /**
     * @param crcs CRC32C of every chunk, in chunk order
     * @return 64 lower-case hex digits
     */
    public static String of(int[] crcs) {
        var bytes = ByteBuffer.allocate(Math.multiplyExact(crcs.length, Integer.BYTES));
        bytes.asIntBuffer().put(crcs);
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
