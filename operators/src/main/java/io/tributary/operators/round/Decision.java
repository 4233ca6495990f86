package io.tributary.operators.round;

import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.update.RejectedUpdate;
import java.util.List;

/** What the round policy wants done; the operator around it does it and decides nothing. */
public sealed interface Decision {

    /** Announce a round. */
    record Plan(RoundPlan plan) implements Decision {}

    /** Take an update into its round. */
    record Accept(RoundPlan plan, SiloAssignment assignment, CompleteUpdate update)
            implements Decision {}

    /** Tell why an update is not part of any version. */
    record Reject(RejectedUpdate rejected) implements Decision {}

    /**
     * Make the version of this round from exactly this cohort.
     *
     * @param cohort in silo-id order
     * @param outcome with the rule to combine by
     * @param optimizerStep which step of the server optimizer this is, from 1
     */
    record Close(
            RoundPlan plan, List<CompleteUpdate> cohort, RoundOutcome outcome, long optimizerStep)
            implements Decision {}

    /** Say that a round goes on past its deadline. */
    record Extend(RoundOutcome outcome) implements Decision {}

    /** Publish a version again: it has not appeared in time. */
    record Republish(int version) implements Decision {}

    /** Ask again at this time, epoch milliseconds. */
    record WakeAt(long millis) implements Decision {}
}
