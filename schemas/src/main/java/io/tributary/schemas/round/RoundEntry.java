package io.tributary.schemas.round;

import io.tributary.schemas.control.ControlOutcome;
import org.jspecify.annotations.Nullable;

/**
 * One record on its way to the rounds topic: exactly one of the fields is there. In one stream, so
 * that the log has them in the order in which they were decided. Never on the wire itself.
 */
public record RoundEntry(
        @Nullable RoundPlan plan,
        @Nullable RoundWeights weights,
        @Nullable RoundOutcome outcome,
        @Nullable ControlOutcome control) {

    public static RoundEntry of(RoundPlan plan) {
        return new RoundEntry(plan, null, null, null);
    }

    public static RoundEntry of(RoundWeights weights) {
        return new RoundEntry(null, weights, null, null);
    }

    public static RoundEntry of(RoundOutcome outcome) {
        return new RoundEntry(null, null, outcome, null);
    }

    public static RoundEntry of(ControlOutcome control) {
        return new RoundEntry(null, null, null, control);
    }

    /**
     * The one record that is there.
     *
     * @throws IllegalStateException if none is there
     */
    public Record record() {
        if (plan != null) {
            return plan;
        }
        if (weights != null) {
            return weights;
        }
        if (outcome != null) {
            return outcome;
        }
        if (control != null) {
            return control;
        }
        throw new IllegalStateException("a round entry with nothing in it");
    }
}
