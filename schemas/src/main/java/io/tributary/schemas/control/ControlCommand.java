package io.tributary.schemas.control;

import java.io.Serializable;

/**
 * An operator's command to a running federation, kept on the control topic as its audit trail.
 *
 * @param model model line it concerns
 * @param kind what to do
 * @param subject what to do it to: a silo, a key of the plan, a version; empty where none is needed
 * @param value the new value; empty where none is needed
 * @param author who gave the command
 * @param reason why, for the audit trail
 */
public record ControlCommand(
        String model, Kind kind, String subject, String value, String author, String reason)
        implements Serializable {

    /** What an operator can ask for. */
    public enum Kind {
        PAUSE,
        RESUME,
        EVICT,
        READMIT,
        CHANGE_PLAN,
        ROLL_BACK,
        STOP
    }
}
