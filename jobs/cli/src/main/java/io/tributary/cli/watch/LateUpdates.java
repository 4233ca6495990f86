package io.tributary.cli.watch;

import io.tributary.schemas.round.UpdateVerdict;

/** Updates that came after their round had closed, and that a later round takes. */
final class LateUpdates {

    private LateUpdates() {}

    /**
     * Whether the open round takes the update that a silo has uploaded for an earlier one, as far
     * as it shows from outside: its round has closed without it, not too many rounds ago, no other
     * round has taken it, and it has not been refused.
     */
    static boolean isTaken(SiloSnapshot silo, RoundSnapshot open, FederationSnapshot now) {
        int round = silo.uploadedRound();
        return open.plan() != null
                && round > 0
                && round < open.round()
                && open.round() - round <= open.plan().stalenessLimit()
                && now.round(round).filter(RoundSnapshot::isClosed).isPresent()
                && now.rounds().stream().noneMatch(r -> r.isClosed() && hasTaken(r, silo))
                && now.refusals().stream()
                        .noneMatch(r -> r.silo().equals(silo.silo()) && r.round() == round);
    }

    private static boolean hasTaken(RoundSnapshot closed, SiloSnapshot silo) {
        return closed.outcome() != null
                && closed.outcome().verdicts().stream()
                        .anyMatch(
                                verdict ->
                                        verdict.silo().equals(silo.silo())
                                                && verdict.status() == UpdateVerdict.Status.ACCEPTED
                                                && verdict.round() == silo.uploadedRound());
    }
}
