package io.tributary.cli;

/** What the caller asked for does not exist. The message says what, and what does. */
public final class NotFoundException extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotFoundException(String message) {
        super(message);
    }
}
