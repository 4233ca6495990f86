package io.tributary.operators.round;

import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.model.ModelVersion;
import org.jspecify.annotations.Nullable;

/**
 * A command as it was read from the control topic.
 *
 * @param offset where it is
 * @param givenMillis broker append time
 * @param command what is asked for
 * @param target of a roll-back: the version to return to, if it can be read whole; null otherwise
 * @param moments of a roll-back: whether the moments of that version can be read, too
 */
public record GivenCommand(
        long offset,
        long givenMillis,
        ControlCommand command,
        @Nullable ModelVersion target,
        boolean moments) {}
