package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.operators.update.Fault;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.RejectionReason;
import java.util.HashSet;
import java.util.Optional;

/** What becomes of an update that is whole and sound. */
final class Admission {

    private Admission() {}

    /** What becomes of an update. */
    sealed interface Verdict {}

    /** The open round takes it. */
    record Take(AcceptedUpdate accepted) implements Verdict {}

    /** A later round may take it. */
    record Wait() implements Verdict {}

    /** No round takes it. */
    record Refuse(Fault fault) implements Verdict {}

    /**
     * Judges an update that has just arrived, or has waited for the open round.
     *
     * @param federation with what operators have changed
     */
    static Verdict judge(CoordinatorState state, FederationPlan federation, CompleteUpdate update) {
        var standing = state.standing(update.silo());
        int round = update.id().round();
        if (standing.evicted()) {
            return refuse(
                    RejectionReason.EVICTED,
                    "silo %s has been evicted; an operator can readmit it",
                    update.silo());
        }
        if (standing.hasBeenAccepted(round)) {
            return new Refuse(duplicate(update));
        }
        int current = state.currentRound();
        if (round >= state.nextToPlan()) {
            boolean soonPlanned = round == state.nextToPlan() && federation.pace().overlaps();
            return soonPlanned
                    ? new Wait()
                    : refuse(
                            RejectionReason.UNKNOWN_ROUND,
                            "round %s has not been planned; the newest is %s",
                            round,
                            state.nextToPlan() - 1);
        }
        var open = state.open();
        boolean ofOpen = open != null && open.plan().round() == round;
        if (update.isRelayed()) {
            var refusal = RelayAdmission.refusal(state, federation, ofOpen ? open : null, update);
            if (refusal.isPresent()) {
                return new Refuse(refusal.get());
            }
        }
        if (!ofOpen) {
            var late = lateness(state, federation, update, current);
            if (late.isPresent()) {
                return new Refuse(late.get());
            }
        }
        var plan = ofOpen ? open.plan() : state.closedPlan(round).orElseThrow();
        var refusal = refusal(plan, federation.pace().stalenessLimit(), update);
        if (refusal.isPresent()) {
            return new Refuse(refusal.get());
        }
        if (open == null
                || open.hasAccepted(update.silo())
                || !(ofOpen || takes(open, update.silo()))) {
            return new Wait();
        }
        double weight = plan.assignment(update.silo()).orElseThrow().weight();
        double discount = Pace.discount(current - round, open.plan().stalenessExponent());
        return new Take(new AcceptedUpdate(update, weight * discount));
    }

    /** Whether the open round's rule is defined for all who may come and this silo, too. */
    private static boolean takes(OpenRound open, String silo) {
        var silos = new HashSet<String>();
        open.plan().silos().forEach(s -> silos.add(s.silo()));
        open.accepted().forEach(u -> silos.add(u.silo()));
        silos.add(silo);
        var plan = open.plan();
        return FederationPlan.takes(plan.rule(), plan.fallback(), silos.size());
    }

    /** Why an update of a round that has closed is not taken by another. */
    private static Optional<Fault> lateness(
            CoordinatorState state, FederationPlan federation, CompleteUpdate update, int current) {
        int round = update.id().round();
        int limit = federation.pace().stalenessLimit();
        if (limit > 0 && current - round > limit) {
            return fault(
                    RejectionReason.STALE,
                    "round %s is open, and an update of round %s is taken up to %s rounds later",
                    current,
                    round,
                    limit);
        }
        if (state.closedPlan(round).isEmpty()) {
            return fault(
                    RejectionReason.LATE,
                    "round %s had closed; version %s does not contain this update",
                    round,
                    round);
        }
        return Optional.empty();
    }

    /** Why an update does not fit the plan it was trained for. */
    private static Optional<Fault> refusal(
            RoundPlan plan, int stalenessLimit, CompleteUpdate update) {
        var assignment = plan.assignment(update.silo());
        if (assignment.isEmpty()) {
            return fault(
                    RejectionReason.NOT_IN_PLAN,
                    "the plan of round %s does not name silo %s",
                    plan.round(),
                    update.silo());
        }
        if (update.baseVersion() != plan.baseVersion()) {
            return fault(
                    RejectionReason.WRONG_BASE_VERSION,
                    "round %s starts from version %s, the update was trained from version %s",
                    plan.round(),
                    plan.baseVersion(),
                    update.baseVersion());
        }
        if (update.isRelayed()) {
            return Optional.empty(); // what is claimed of its members has been judged
        }
        double limit = largestValue(plan, stalenessLimit);
        double perUnit = FoldGrid.perUnitOfWork(update.largest(), update.normalizer());
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

    /**
     * The grid holds twice what one plan's weights, which sum to 1, can make of its limit. Where
     * late updates are taken, the weights of a round can come from as many plans more.
     */
    static double largestValue(RoundPlan plan, int stalenessLimit) {
        double limit = new FoldGrid(plan.foldQuantumExponent()).limit();
        return limit * Math.min(1, 2.0 / (1 + stalenessLimit));
    }

    private static boolean readsLosses(RoundPlan plan) {
        return AggregationRule.parse(plan.rule()).readsLosses()
                || new Fallback(plan.fallback())
                        .rule()
                        .filter(AggregationRule::readsLosses)
                        .isPresent();
    }

    /**
     * The largest normalizer that planned steps can have, at the peak rate throughout: each moves
     * the parameters by at most {@code 1 / (1 - momentum)} of a unit gradient. The mean of the
     * normalizers stretches every combined delta, so one silo's claim must not be without bounds.
     */
    static double mostWork(LocalTraining training, int localSteps) {
        double momentum = training.solver() == LocalSolver.SGD ? training.momentum() : 0;
        return localSteps / (1 - momentum) * (1 + 1e-9);
    }

    static Fault duplicate(CompleteUpdate update) {
        return Fault.of(
                RejectionReason.DUPLICATE,
                "silo %s already has an accepted update in round %s",
                update.silo(),
                update.id().round());
    }

    private static Refuse refuse(RejectionReason reason, String detail, Object... values) {
        return new Refuse(Fault.of(reason, detail, values));
    }

    static Optional<Fault> fault(RejectionReason reason, String detail, Object... values) {
        return Optional.of(Fault.of(reason, detail, values));
    }
}
