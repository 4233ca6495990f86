package io.tributary.silo;

/** A silo cannot go on, and trying again would not help. The message says why. */
public final class SiloFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    SiloFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
