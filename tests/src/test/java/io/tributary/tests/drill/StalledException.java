package io.tributary.tests.drill;

/** The federation, or a process of the drill, does not get on. */
final class StalledException extends Exception {

    private static final long serialVersionUID = 1;

    StalledException(String what, Object... values) {
        super(what.formatted(values));
    }
}
