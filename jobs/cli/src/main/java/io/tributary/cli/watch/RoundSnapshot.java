package io.tributary.cli.watch;

import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.update.RejectionReason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A round.
 *
 * @param round round number
 * @param plan its newest plan; null if that is no longer in the log
 * @param plannedMillis when the broker appended its first plan, epoch milliseconds; 0 without one
 * @param clockMillis when the broker appended its newest plan, epoch milliseconds; 0 without one.
 *     An extended round is planned again, and its deadline counts from there
 * @param extensions the decisions to go on, oldest first
 * @param outcome the last decision on it; null while it is open
 * @param weights what its rule made of the cohort; null if the rule needs no weighing
 * @param version the version it made; null until that is published
 * @param refusals updates that were not used, by reason; see {@link FederationView}
 */
public record RoundSnapshot(
        int round,
        @Nullable RoundPlan plan,
        long plannedMillis,
        long clockMillis,
        List<RoundOutcome> extensions,
        @Nullable RoundOutcome outcome,
        @Nullable RoundWeights weights,
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

    /** Whether it was given up, for a roll-back for instance. */
    public boolean isAbandoned() {
        return outcome != null && outcome.status() == RoundStatus.ABANDONED;
    }

    /** Whether nobody is waited for any more. */
    public boolean isClosed() {
        return outcome != null && outcome.status() == RoundStatus.CLOSED;
    }

    /** When it closes or is extended at the latest, epoch milliseconds; empty without a plan. */
    public OptionalLong deadlineMillis() {
        return plan == null
                ? OptionalLong.empty()
                : OptionalLong.of(clockMillis + plan.deadlineMillis());
    }

    /** What took the place of the planned rule, and why, in words; empty if nothing did. */
    public Optional<String> standIn() {
        if (weights != null && !weights.note().isEmpty()) {
            boolean nothing = Arrays.stream(weights.coefficients()).allMatch(a -> a == 0);
            var applied = nothing && weights.rows() == 0 ? "nothing" : weights.rule();
            return Optional.of("%s; combined by %s".formatted(weights.note(), applied));
        }
        return outcome != null && isClosed() && plan != null && !isSame(outcome.rule(), plan.rule())
                ? Optional.of(outcome.reason())
                : Optional.empty();
    }

    /** A plan has its rule as it was written, an outcome as it was read. */
    private static boolean isSame(String one, String other) {
        return one.replace(" ", "").equals(other.replace(" ", ""));
    }

    /** From the plan to the version, by the broker's clock; empty until both are there. */
    public OptionalDouble seconds() {
        if (plan == null || version == null) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of((version.appendMillis() - plannedMillis) / 1000.0);
    }
}
