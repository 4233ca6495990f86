package io.tributary.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChunkDigestTest {

    @Test
    void crcIsTheCastagnoliOneOfTheRfcs() {
        assertThat(Crc32c.of("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(0xE3069283);
        assertThat(Crc32c.of(new byte[32])).isEqualTo(0x8A9136AA); // RFC 3720 B.4
        assertThat(Crc32c.of(new byte[0])).isZero();
    }

    @Test
    void digestIsSha256OfTheBigEndianCrcs() {
        // SHA-256 of the ASCII text "abcd"
        assertThat(ChunkDigest.of(new int[] {0x61626364}))
                .isEqualTo("88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589");
        // SHA-256 of nothing
        assertThat(ChunkDigest.of(new int[0]))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void orderMatters() {
        assertThat(ChunkDigest.of(new int[] {1, 2})).isNotEqualTo(ChunkDigest.of(new int[] {2, 1}));
    }
}
