package io.tributary.schemas.round;

import org.jspecify.annotations.Nullable;

/**
 * One record on its way to the rounds topic: exactly one of the fields is there. In one stream, so
 * that the log has them in the order in which they were decided. Never on the wire itself.
 */
public record RoundEntry(
        @Nullable RoundPlan plan, @Nullable RoundWeights weights, @Nullable RoundOutcome outcome) {

    public static RoundEntry of(RoundPlan plan) {
        return new RoundEntry(plan, null, null);
    }

    public static RoundEntry of(RoundWeights weights) {
        return new RoundEntry(null, weights, null);
    }

    public static RoundEntry of(RoundOutcome outcome) {
        return new RoundEntry(null, null, outcome);
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
        throw new IllegalStateException("a round entry without a plan, weights or an outcome");
    }
}
