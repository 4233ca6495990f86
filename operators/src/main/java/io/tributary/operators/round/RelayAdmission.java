package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.operators.update.Fault;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.RejectionReason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a relay's sum may be taken for what it says it is. The deltas behind it cannot be looked
 * at; what can be held to the plan is who may send one, for whom, how heavy, and how large.
 */
final class RelayAdmission {

    /** Sizes are whole numbers; a few roundings of their shares are forgiven. */
    private static final double ROUNDING = 1 + 1e-9;

    private RelayAdmission() {}

    /**
     * @param open the round the sum is of; null if that is not open
     */
    static Optional<Fault> refusal(
            CoordinatorState state,
            FederationPlan federation,
            @Nullable OpenRound open,
            CompleteUpdate update) {
        var relay = update.silo();
        var allowed = federation.relays().get(relay);
        if (allowed == null || update.members().size() > allowed) {
            return Admission.fault(
                    RejectionReason.INVALID_MANIFEST,
                    "%s sent a sum of %s silos and may speak for %s; option federation.relays names"
                            + " the relays",
                    relay,
                    update.members().size(),
                    allowed == null ? "itself alone" : allowed);
        }
        if (open == null) {
            return Admission.fault(
                    RejectionReason.LATE,
                    "round %s had closed, and a relay's sum counts in its own round only",
                    update.id().round());
        }
        var plan = open.plan();
        var assignment = plan.assignment(relay);
        if (assignment.isEmpty()) {
            return Optional.empty(); // refused like any other that is not in the plan
        }
        if (AggregationRule.parse(plan.rule()).folding().isEmpty()) {
            return Admission.fault(
                    RejectionReason.INVALID_MANIFEST,
                    "rule %s does not add deltas up; it takes a region's combined delta, and no sum",
                    plan.rule());
        }
        double weights = 0;
        for (var member : update.members()) {
            var fault = faultOf(member, state, open, update, assignment.get().localSteps());
            if (fault.isPresent()) {
                return fault;
            }
            weights += member.weight();
        }
        if (weights > assignment.get().weight() * ROUNDING) {
            return Admission.fault(
                    RejectionReason.OUT_OF_RANGE,
                    "the members' weights sum to %s, and the plan gives %s the weight %s",
                    weights,
                    relay,
                    assignment.get().weight());
        }
        double limit =
                Admission.largestValue(plan, federation.pace().stalenessLimit())
                                * weights
                                * (1 + 1e-6)
                        + Math.scalb(update.members().size(), plan.foldQuantumExponent());
        if (!(update.largest() <= limit)) {
            return Admission.fault(
                    RejectionReason.OUT_OF_RANGE,
                    "the largest value of the sum, %s, exceeds what its members can make, %s",
                    update.largest(),
                    limit);
        }
        return Optional.empty();
    }

    private static Optional<Fault> faultOf(
            CohortMember member,
            CoordinatorState state,
            OpenRound open,
            CompleteUpdate update,
            int localSteps) {
        RoundPlan plan = open.plan();
        var silo = member.silo();
        if (state.standing(silo).evicted()) {
            return Admission.fault(
                    RejectionReason.EVICTED,
                    "member %s of %s has been evicted; its region must shut it out, by closing its"
                            + " access to the region's topics",
                    silo,
                    update.silo());
        }
        if (plan.assignment(silo).isPresent() || open.hasAccepted(silo)) {
            return Admission.fault(
                    RejectionReason.DUPLICATE,
                    "member %s of %s takes part in round %s already, by itself or through another"
                            + " relay",
                    silo,
                    update.silo(),
                    plan.round());
        }
        if (member.round() != plan.round() || member.baseVersion() != plan.baseVersion()) {
            return Admission.fault(
                    RejectionReason.WRONG_BASE_VERSION,
                    "member %s trained for round %s from version %s; round %s starts from version"
                            + " %s",
                    silo,
                    member.round(),
                    member.baseVersion(),
                    plan.round(),
                    plan.baseVersion());
        }
        double most = Admission.mostWork(plan.training(), localSteps);
        if (member.normalizer() > most) {
            return Admission.fault(
                    RejectionReason.OUT_OF_RANGE,
                    "the normalizer %s of member %s claims more work than %s planned steps can be,"
                            + " %s",
                    member.normalizer(),
                    silo,
                    localSteps,
                    most);
        }
        return Optional.empty();
    }
}
