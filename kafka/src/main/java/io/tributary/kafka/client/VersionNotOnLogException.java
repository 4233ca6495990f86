package io.tributary.kafka.client;

/** A version, or something it was made from, is not in the log, or not any more. */
public final class VersionNotOnLogException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * @param message what is missing, and of what
     */
    public VersionNotOnLogException(String message) {
        super(message);
    }
}
