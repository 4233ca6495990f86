package io.tributary.cli;

/**
 * What the process's exit status means. Scripts may rely on it; {@code tributary --help} lists it.
 */
final class ExitCode {

    /** Done. */
    static final int OK = 0;

    /** Something failed that none of the others describes. */
    static final int FAILURE = 1;

    /** The command line or the configuration cannot be right; nothing was started. */
    static final int USAGE = 2;

    /** The Kafka cluster cannot be reached, or refuses the caller. */
    static final int CLUSTER = 3;

    /** What was asked for is not there: a federation, a model, a version. */
    static final int NOT_FOUND = 4;

    /** {@code doctor}: nothing is wrong, but something may go wrong. */
    static final int WARNINGS = 5;

    /** The job has refused an operator's command; nothing has changed. */
    static final int REFUSED = 6;

    /** No job has answered an operator's command in time; it stays on the log. */
    static final int UNANSWERED = 7;

    /** Interrupted from the keyboard. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
