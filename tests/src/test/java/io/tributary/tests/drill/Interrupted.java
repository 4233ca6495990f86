package io.tributary.tests.drill;

/** The drill is to end. The interrupt flag of the thread is set again. */
final class Interrupted extends RuntimeException {

    private static final long serialVersionUID = 1;

    Interrupted(InterruptedException cause) {
        super("interrupted", cause);
        Thread.currentThread().interrupt();
    }
}
