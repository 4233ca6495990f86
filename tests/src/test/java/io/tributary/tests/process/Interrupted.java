package io.tributary.tests.process;

/** The run is to end. The interrupt flag of the thread is set again. */
public final class Interrupted extends RuntimeException {

    private static final long serialVersionUID = 1;

    public Interrupted(InterruptedException cause) {
        super("interrupted", cause);
        Thread.currentThread().interrupt();
    }
}
