package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.UpdateVerdict;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeMap;

/** When an open round may close, with which rule, and what is told of it. */
final class RoundClosing {

    private final OpenRound open;

    RoundClosing(OpenRound open) {
        this.open = open;
    }

    /**
     * When the round may close with what has come: at once if that is everybody who can still come,
     * even if those who were shut out are missing for the quorum. Late updates alone are not taken
     * for everybody before the deadline.
     */
    long dueMillis() {
        if (open.hasQuorum()) {
            return open.isComplete()
                    ? open.openedMillis()
                    : Math.min(open.quorumMillis() + graceMillis(), open.deadlineMillis());
        }
        if (!open.isComplete() || open.accepted().isEmpty()) {
            return Long.MAX_VALUE;
        }
        return open.accepted().stream().anyMatch(this::isOnTime)
                ? open.openedMillis()
                : open.deadlineMillis();
    }

    /** Whether all it was planned for have been shut out, and nothing has come. */
    boolean isForNobody() {
        return open.accepted().isEmpty() && open.isComplete();
    }

    private long graceMillis() {
        var arrivals =
                open.accepted().stream().mapToLong(u -> u.update().arrivedMillis()).toArray();
        return AdaptiveGrace.of(open.plan()).millis(arrivals, open.plan().quorum());
    }

    /** The rule to combine what has come by; empty if none is defined for it. */
    Optional<AggregationRule> rule() {
        var came = open.accepted().stream().map(AcceptedUpdate::silo).toList();
        var planned = AggregationRule.parse(open.plan().rule());
        return new Fallback(open.plan().fallback()).ruleFor(planned, came);
    }

    RoundOutcome closed(AggregationRule rule, long dueMillis, long nowMillis) {
        return outcome(
                RoundStatus.CLOSED, closingReason(rule, dueMillis), rule.toString(), nowMillis);
    }

    private String closingReason(AggregationRule rule, long dueMillis) {
        var plan = open.plan();
        long onTime = open.accepted().stream().filter(this::isOnTime).count();
        long late = open.accepted().size() - onTime;
        var who =
                onTime == plan.silos().size()
                        ? "every planned update was accepted"
                        : "%s of %s planned updates were accepted by the %s"
                                .formatted(onTime, plan.silos().size(), end(dueMillis));
        if (late > 0) {
            who += ", and %s of earlier rounds".formatted(late);
        }
        var planned = AggregationRule.parse(plan.rule());
        return rule.toString().equals(planned.toString())
                ? who
                : "%s; %s is not defined for them, %s takes its place (fallback %s)"
                        .formatted(who, planned, rule, plan.fallback());
    }

    private boolean isOnTime(AcceptedUpdate accepted) {
        return accepted.update().id().round() == open.plan().round();
    }

    private String end(long dueMillis) {
        if (dueMillis == open.openedMillis()) {
            return "time nobody was left to wait for";
        }
        if (dueMillis == open.deadlineMillis()) {
            return "deadline";
        }
        return open.plan().graceMillis() == 0
                ? "quorum"
                : "end of the grace of %s ms".formatted(graceMillis());
    }

    RoundOutcome extended(long nowMillis) {
        var plan = open.plan();
        var missing =
                dueMillis() <= open.deadlineMillis()
                        ? "rule %s is not defined for the %s updates that came by the deadline, and fallback %s does not help"
                                .formatted(plan.rule(), open.accepted().size(), plan.fallback())
                        : "%s of %s updates of the quorum at the deadline"
                                .formatted(open.accepted().size(), plan.quorum());
        return extended(
                "%s; extended by %s ms".formatted(missing, plan.deadlineMillis()), nowMillis);
    }

    RoundOutcome extended(String reason, long nowMillis) {
        return outcome(RoundStatus.EXTENDED, reason, open.plan().rule(), nowMillis);
    }

    RoundOutcome abandoned(String reason, long nowMillis) {
        return outcome(RoundStatus.ABANDONED, reason, open.plan().rule(), nowMillis);
    }

    private RoundOutcome outcome(RoundStatus status, String reason, String rule, long nowMillis) {
        var verdicts = new TreeMap<String, UpdateVerdict>(Comparator.naturalOrder());
        for (var assignment : open.plan().silos()) {
            var silo = assignment.silo();
            var missing =
                    open.faulty().contains(silo)
                            ? UpdateVerdict.Status.REJECTED
                            : UpdateVerdict.Status.MISSING;
            verdicts.put(silo, new UpdateVerdict(silo, missing, 0, 0, 0));
        }
        for (var accepted : open.accepted()) {
            var update = accepted.update();
            verdicts.put(
                    accepted.silo(),
                    new UpdateVerdict(
                            accepted.silo(),
                            UpdateVerdict.Status.ACCEPTED,
                            update.id().round(),
                            update.id().attempt(),
                            update.arrivedMillis()));
        }
        return new RoundOutcome(
                open.plan().model(),
                open.plan().round(),
                status,
                reason,
                rule,
                verdicts.values().stream().toList(),
                open.openedMillis(),
                nowMillis);
    }
}
