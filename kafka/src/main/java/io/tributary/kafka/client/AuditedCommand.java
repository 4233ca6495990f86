package io.tributary.kafka.client;

import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlOutcome;
import org.jspecify.annotations.Nullable;

/**
 * An operator's command, and what became of it.
 *
 * @param given the command with its place on the control topic
 * @param answer what the job has made of it; null if no job has answered it
 */
public record AuditedCommand(CommandRecord given, @Nullable ControlOutcome answer) {

    /** Whether it took effect. */
    public boolean isApplied() {
        return answer != null && answer.applied();
    }
}
