package io.tributary.operators.round;

/**
 * What the coordinator knows of a silo.
 *
 * @param silo silo id
 * @param lastSeenMillis when its last sign of life was read; 0 after it left
 * @param declaredTokens size of its training text in tokens
 * @param declaredExamples size of its training text in documents
 * @param lastAcceptedRound newest round its update was accepted for; 0 for none
 */
public record SiloStanding(
        String silo,
        long lastSeenMillis,
        long declaredTokens,
        long declaredExamples,
        int lastAcceptedRound) {

    SiloStanding seen(long millis, long tokens, long examples) {
        return new SiloStanding(silo, millis, tokens, examples, lastAcceptedRound);
    }

    SiloStanding accepted(int round) {
        return new SiloStanding(silo, lastSeenMillis, declaredTokens, declaredExamples, round);
    }
}
