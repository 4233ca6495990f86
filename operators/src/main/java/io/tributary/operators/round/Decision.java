package io.tributary.operators.round;

import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.RejectedUpdate;
import java.util.List;

/** What the round policy wants done; the operator around it does it and decides nothing. */
public sealed interface Decision {

    /** Announce a round. */
    record Plan(RoundPlan plan) implements Decision {}

    /**
     * Take an update into a round.
     *
     * @param plan of the round that takes it
     */
    record Accept(RoundPlan plan, AcceptedUpdate accepted) implements Decision {}

    /**
     * An update that is not whole yet is likely to be taken into a round: its rows may be added as
     * they come.
     *
     * @param plan of the round
     */
    record Expect(RoundPlan plan, AcceptedUpdate announced) implements Decision {}

    /**
     * An expected update is not taken, or not as it was expected: its rows do not count.
     *
     * @param plan of the round
     */
    record Withdraw(RoundPlan plan, AcceptedUpdate announced) implements Decision {}

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
            RoundPlan plan, List<AcceptedUpdate> cohort, RoundOutcome outcome, long optimizerStep)
            implements Decision {}

    /** Say that a round goes on past its deadline, or that nothing comes of it. */
    record Tell(RoundOutcome outcome) implements Decision {}

    /** Say what became of an operator's command. */
    record Answer(ControlOutcome outcome) implements Decision {}

    /**
     * Make an earlier version the newest one, under its own number.
     *
     * @param version that number
     * @param measurements what the next round has to know
     */
    record Seed(int version, RollBack rollBack, List<Measurement> measurements)
            implements Decision {}

    /** Make ready for the updates of a round of a region. */
    record Open(RoundPlan plan) implements Decision {}

    /** Nothing more comes of this round of a region; what is kept of it can go. */
    record End(int round) implements Decision {}

    /** Publish a version again: it has not appeared in time. */
    record Republish(int version) implements Decision {}
}
