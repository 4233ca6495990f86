package io.tributary.schemas.wire;

import org.jspecify.annotations.Nullable;

/** Bytes that are not a record of this federation. The message says what was found. */
public final class MalformedRecordException extends Exception {

    private static final long serialVersionUID = 1;

    public MalformedRecordException(String message) {
        super(message);
    }

    public MalformedRecordException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
