package io.tributary.operators;

/** Argument checks whose message is only built when it is needed. */
public final class Preconditions {

    private Preconditions() {}

    /**
     * @throws IllegalArgumentException with the formatted message unless {@code condition} holds
     */
    public static void checkArgument(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
