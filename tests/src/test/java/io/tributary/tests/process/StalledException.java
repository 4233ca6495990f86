package io.tributary.tests.process;

import org.jspecify.annotations.Nullable;

/** A federation of processes, or one of them, does not get on. */
public final class StalledException extends Exception {

    private static final long serialVersionUID = 1;

    public StalledException(String what, @Nullable Exception cause) {
        super(what, cause);
    }
}
