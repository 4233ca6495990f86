package io.tributary.cli;

/** An operator's command is on the log, and no job has answered it in time. */
final class UnansweredCommandException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnansweredCommandException(String message) {
        super(message);
    }
}
