package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.round.RoundPlan;
import java.util.List;

/**
 * Uploads whose manifest has come and whose chunks have not all come yet. Where the rule folds,
 * their rows are added as they come, so that none need be kept; what comes to nothing is taken out
 * again, which is exact on the grid of the folding rules.
 *
 * <p>Only where rounds wait for each other: where late updates are taken, it is known only in the
 * end which round an update counts in, and how much.
 */
final class Announcements {

    private Announcements() {}

    /**
     * Has the rows of an announced upload added, if by all that is known the open round will take
     * it, and no other upload of its silo is being added.
     *
     * @param federation with what operators have changed
     */
    static CoordinatorState expect(
            CoordinatorState state,
            FederationPlan federation,
            CompleteUpdate announced,
            List<Decision> decisions) {
        var open = state.open();
        boolean foldsAtOnce =
                open != null
                        && state.publication() == null
                        && federation.pace().reach() == 0
                        && folds(open.plan())
                        && !announced.isRelayed();
        if (!foldsAtOnce || open.announcedOf(announced.silo()).isPresent()) {
            return state;
        }
        var verdict = Admission.judge(state, federation, announced);
        if (!(verdict instanceof Admission.Take take)) {
            return state; // said when it is whole
        }
        decisions.add(new Decision.Expect(open.plan(), take.accepted()));
        return state.withOpen(open.withAnnounced(take.accepted()));
    }

    /** Folding rules are defined for whoever comes: no other takes their place at the close. */
    private static boolean folds(RoundPlan plan) {
        return AggregationRule.parse(plan.rule()).folding().isPresent();
    }

    /**
     * An upload is taken: it is announced no more. What was added of another of the same silo, or
     * of the same by another manifest, is taken out.
     */
    static CoordinatorState settle(
            CoordinatorState state, AcceptedUpdate accepted, List<Decision> decisions) {
        var open = state.open();
        var announced = open.announcedOf(accepted.silo());
        if (announced.isEmpty()) {
            return state;
        }
        return announced.get().countsLike(accepted)
                ? state.withOpen(open.withoutAnnounced(announced.get()))
                : withdraw(state, announced.get(), decisions);
    }

    /** An upload is not taken: what was added of it is taken out. */
    static CoordinatorState withdraw(
            CoordinatorState state, CompleteUpdate upload, List<Decision> decisions) {
        var open = state.open();
        if (open == null) {
            return state;
        }
        var announced = open.announcedOf(upload.silo()).filter(u -> u.isOf(upload));
        return announced.isEmpty() ? state : withdraw(state, announced.get(), decisions);
    }

    /** No more is waited for in the open round: all that is not whole is taken out. */
    static CoordinatorState withdrawAll(CoordinatorState state, List<Decision> decisions) {
        var next = state;
        for (var announced : state.open().announced()) {
            next = withdraw(next, announced, decisions);
        }
        return next;
    }

    private static CoordinatorState withdraw(
            CoordinatorState state, AcceptedUpdate announced, List<Decision> decisions) {
        var open = state.open();
        decisions.add(new Decision.Withdraw(open.plan(), announced));
        return state.withOpen(open.withoutAnnounced(announced));
    }
}
