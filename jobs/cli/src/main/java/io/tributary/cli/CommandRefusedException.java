package io.tributary.cli;

/** The job has refused an operator's command, and nothing has changed. The message says why. */
final class CommandRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommandRefusedException(String message) {
        super(message);
    }
}
