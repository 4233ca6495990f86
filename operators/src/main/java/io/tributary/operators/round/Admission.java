package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.operators.update.Fault;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.RejectionReason;
import java.util.Optional;

/** Why an update that is whole and sound is not taken into a round after all. */
final class Admission {

    private Admission() {}

    /** Of an update of the open round. */
    static Optional<Fault> refusal(OpenRound open, CompleteUpdate update) {
        var plan = open.plan();
        var assignment = plan.assignment(update.silo());
        if (assignment.isEmpty()) {
            return fault(
                    RejectionReason.NOT_IN_PLAN,
                    "the plan of round %s does not name silo %s",
                    plan.round(),
                    update.silo());
        }
        if (open.hasAccepted(update.silo())) {
            return Optional.of(duplicate(update));
        }
        if (update.baseVersion() != plan.baseVersion()) {
            return fault(
                    RejectionReason.WRONG_BASE_VERSION,
                    "round %s starts from version %s, the update was trained from version %s",
                    plan.round(),
                    plan.baseVersion(),
                    update.baseVersion());
        }
        double limit = new FoldGrid(plan.foldQuantumExponent()).limit();
        double perUnit = update.largest() / Math.min(1, update.normalizer());
        if (!(perUnit <= limit)) {
            return fault(
                    RejectionReason.OUT_OF_RANGE,
                    "the largest value of the delta, %s per unit of local work, exceeds %s",
                    perUnit,
                    limit);
        }
        int steps = assignment.get().localSteps();
        double most = mostWork(plan.training(), steps);
        if (update.normalizer() > most) {
            return fault(
                    RejectionReason.OUT_OF_RANGE,
                    "the normalizer %s claims more work than %s planned steps can be, %s",
                    update.normalizer(),
                    steps,
                    most);
        }
        boolean isLoss = update.trainLoss() > 0 && Double.isFinite(update.trainLoss());
        if (readsLosses(plan) && !isLoss) {
            return fault(
                    RejectionReason.OUT_OF_RANGE,
                    "rule %s weighs by loss, and the loss of the update is %s",
                    plan.rule(),
                    update.trainLoss());
        }
        return Optional.empty();
    }

    private static boolean readsLosses(RoundPlan plan) {
        return AggregationRule.parse(plan.rule()).readsLosses()
                || new Fallback(plan.fallback())
                        .rule()
                        .filter(AggregationRule::readsLosses)
                        .isPresent();
    }

    /** Of an update of any other round. */
    static Fault refusalOutside(CoordinatorState state, CompleteUpdate update) {
        int round = update.id().round();
        int newest = state.publication() != null ? state.publication().version() : state.version();
        if (round > newest) {
            return Fault.of(
                    RejectionReason.UNKNOWN_ROUND,
                    "round %s has not been planned; the newest is %s",
                    round,
                    newest);
        }
        boolean accepted =
                state.silos().stream()
                        .anyMatch(
                                s ->
                                        s.silo().equals(update.silo())
                                                && s.lastAcceptedRound() == round);
        return accepted
                ? duplicate(update)
                : Fault.of(
                        RejectionReason.LATE,
                        "round %s had closed; version %s does not contain this update",
                        round,
                        round);
    }

    /**
     * The largest normalizer that planned steps can have, at the peak rate throughout: each moves
     * the parameters by at most {@code 1 / (1 - momentum)} of a unit gradient. The mean of the
     * normalizers stretches every combined delta, so one silo's claim must not be without bounds.
     */
    private static double mostWork(LocalTraining training, int localSteps) {
        double momentum = training.solver() == LocalSolver.SGD ? training.momentum() : 0;
        return localSteps / (1 - momentum) * (1 + 1e-9);
    }

    private static Fault duplicate(CompleteUpdate update) {
        return Fault.of(
                RejectionReason.DUPLICATE,
                "silo %s already has an accepted update in round %s",
                update.silo(),
                update.id().round());
    }

    private static Optional<Fault> fault(RejectionReason reason, String detail, Object... values) {
        return Optional.of(Fault.of(reason, detail, values));
    }
}
