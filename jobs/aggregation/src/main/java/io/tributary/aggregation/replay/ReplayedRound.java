package io.tributary.aggregation.replay;

import java.util.List;

/**
 * A version that was made once more, beside what was published.
 *
 * @param version version number
 * @param digest of what was made
 * @param publishedDigest of what was published
 * @param differingChunks chunks whose checksums differ, in order
 */
public record ReplayedRound(
        int version, String digest, String publishedDigest, List<Integer> differingChunks) {

    public ReplayedRound {
        differingChunks = List.copyOf(differingChunks);
    }

    /** Whether it is the same to the last bit. */
    public boolean isSame() {
        return digest.equals(publishedDigest);
    }
}
