package io.tributary.kafka.client;

/** A delta with a value that is not a finite number, or becomes none in the plan's codec. */
public final class UnsendableDeltaException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnsendableDeltaException(String message) {
        super(message);
    }
}
