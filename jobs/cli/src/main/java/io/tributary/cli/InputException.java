package io.tributary.cli;

import java.io.IOException;

/** A file or folder that the caller named cannot be used. The message says which, and why. */
public final class InputException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private InputException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /** Something that reads what the caller named. */
    @FunctionalInterface
    public interface Read<T> {
        T read() throws IOException;
    }

    /**
     * Reads it.
     *
     * @throws InputException if that is not possible
     */
    public static <T> T reading(Read<T> read) {
        try {
            return read.read();
        } catch (IOException e) {
            throw new InputException(e);
        }
    }
}
