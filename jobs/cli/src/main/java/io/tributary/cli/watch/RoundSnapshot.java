package io.tributary.cli.watch;

import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.RejectionReason;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A round.
 *
 * @param round round number
 * @param plan its newest plan; null if that is no longer in the log
 * @param plannedMillis when the broker appended its first plan, epoch milliseconds; 0 without one
 * @param outcome the last decision on it; null while it is open
 * @param version the version it made; null until that is published
 * @param refusals updates that were not used, by reason; see {@link FederationView}
 */
public record RoundSnapshot(
        int round,
        @Nullable RoundPlan plan,
        long plannedMillis,
        @Nullable RoundOutcome outcome,
        @Nullable VersionSnapshot version,
        SortedMap<RejectionReason, Integer> refusals) {

    /** Updates that came after the round had closed. */
    public int late() {
        return refusals.getOrDefault(RejectionReason.LATE, 0);
    }

    /** Updates that were refused for any other reason than being late. */
    public int rejected() {
        return refusals.entrySet().stream()
                .filter(e -> e.getKey() != RejectionReason.LATE)
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** From the plan to the version, by the broker's clock; empty until both are there. */
    public OptionalDouble seconds() {
        if (plan == null || version == null) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of((version.appendMillis() - plannedMillis) / 1000.0);
    }
}
