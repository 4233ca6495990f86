package io.tributary.tests.bench.peers;

/** A contender is there, but a round was not completed or its result is wrong. */
public final class ContenderFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    public ContenderFailedException(String message) {
        super(message);
    }
}
