package io.tributary.tests.drill;

import org.jspecify.annotations.Nullable;

/** The federation, or a process of the drill, does not get on. */
public final class StalledException extends Exception {

    private static final long serialVersionUID = 1;

    StalledException(String what, @Nullable Exception cause) {
        super(what, cause);
    }
}
