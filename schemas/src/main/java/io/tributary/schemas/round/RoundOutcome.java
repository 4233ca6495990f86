package io.tributary.schemas.round;

import java.util.List;

/**
 * How a round ended, or why it goes on.
 *
 * @param model name of the model line
 * @param round round number
 * @param status closed, extended because the quorum was missing at the deadline, or abandoned
 * @param reason one sentence for people
 * @param rule the rule the round was closed with; the plan's, or what its fallback made of it
 * @param verdicts what became of the update of each silo that was planned, or of which a late
 *     update was accepted, so far, in silo-id order
 * @param openedMillis when the round's clock started, epoch milliseconds
 * @param decidedMillis when this was decided, epoch milliseconds
 */
public record RoundOutcome(
        String model,
        int round,
        RoundStatus status,
        String reason,
        String rule,
        List<UpdateVerdict> verdicts,
        long openedMillis,
        long decidedMillis) {}
