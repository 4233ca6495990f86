package io.tributary.operators.round;

import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.round.RoundPlan;
import java.util.List;

/**
 * A round between its plan and its close.
 *
 * @param plan what was planned
 * @param openedMillis when its clock started
 * @param deadlineMillis when it closes with a quorum, or is extended, epoch milliseconds
 * @param quorumMillis when the quorum was reached; 0 before
 * @param accepted accepted updates in silo-id order
 * @param faulty silos whose newest upload was rejected
 */
public record OpenRound(
        RoundPlan plan,
        long openedMillis,
        long deadlineMillis,
        long quorumMillis,
        List<CompleteUpdate> accepted,
        List<String> faulty) {

    boolean hasAccepted(String silo) {
        return accepted.stream().anyMatch(u -> u.silo().equals(silo));
    }

    /** Whether nobody is left to wait for. */
    boolean isComplete() {
        return accepted.size() == plan.silos().size();
    }

    boolean hasQuorum() {
        return accepted.size() >= plan.quorum();
    }
}
