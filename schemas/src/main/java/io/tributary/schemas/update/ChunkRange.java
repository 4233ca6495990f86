package io.tributary.schemas.update;

/**
 * A regular set of chunks: {@code first, first + stride, ...}, {@code count} of them.
 *
 * <p>A whole update is {@code (0, chunks, 1)}; what partition {@code p} of {@code P} carries is
 * {@code (p - 1, n, P)}.
 *
 * @param first index of the first chunk
 * @param count number of chunks, at least 1
 * @param stride distance between neighbours, at least 1
 */
public record ChunkRange(int first, int count, int stride) {

    /** Whether a chunk is one of them; of a range from outside with a stride below 1, none is. */
    public boolean contains(int chunk) {
        long distance = (long) chunk - first;
        return stride >= 1 && distance >= 0 && distance % stride == 0 && distance / stride < count;
    }
}
