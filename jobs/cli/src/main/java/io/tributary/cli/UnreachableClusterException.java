package io.tributary.cli;

/** No broker of the Kafka cluster answers. */
final class UnreachableClusterException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnreachableClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
