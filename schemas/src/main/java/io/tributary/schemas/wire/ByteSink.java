package io.tributary.schemas.wire;

import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Memory that is written to once it is known how much is needed: without a target, the sink only
 * counts.
 */
final class ByteSink extends OutputStream {

    private final byte @Nullable [] target;
    private long position;

    /** Only counts. */
    ByteSink() {
        this.target = null;
    }

    ByteSink(byte[] target, int offset) {
        this.target = target;
        this.position = offset;
    }

    long count() {
        return position;
    }

    @Override
    public void write(int value) {
        if (target != null) {
            target[(int) position] = (byte) value;
        }
        position++;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        if (target != null) {
            System.arraycopy(source, offset, target, (int) position, length);
        }
        position += length;
    }
}
