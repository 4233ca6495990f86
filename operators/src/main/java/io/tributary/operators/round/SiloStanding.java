package io.tributary.operators.round;

import java.util.ArrayList;
import java.util.List;

/**
 * What the coordinator knows of a silo.
 *
 * @param silo silo id
 * @param lastSeenMillis when its last sign of life was read; 0 after it left
 * @param declaredTokens size of its training text in tokens
 * @param declaredExamples size of its training text in documents
 * @param acceptedRounds rounds that an update was accepted for, ascending; only the newest, and as
 *     many before it as late updates may lag behind
 * @param evicted whether an operator has shut it out
 */
public record SiloStanding(
        String silo,
        long lastSeenMillis,
        long declaredTokens,
        long declaredExamples,
        List<Integer> acceptedRounds,
        boolean evicted) {

    static SiloStanding unknown(String silo) {
        return new SiloStanding(silo, 0, 0, 0, List.of(), false);
    }

    boolean hasBeenAccepted(int round) {
        return acceptedRounds.contains(round);
    }

    boolean isLive(long nowMillis, long silenceMillis) {
        return !evicted && nowMillis - lastSeenMillis <= silenceMillis;
    }

    SiloStanding seen(long millis, long tokens, long examples) {
        return new SiloStanding(silo, millis, tokens, examples, acceptedRounds, evicted);
    }

    SiloStanding withEvicted(boolean next) {
        return new SiloStanding(
                silo, lastSeenMillis, declaredTokens, declaredExamples, acceptedRounds, next);
    }

    /**
     * @param memory how many rounds before the newest are remembered
     */
    SiloStanding accepted(int round, int memory) {
        var rounds = new ArrayList<>(acceptedRounds);
        rounds.add(round);
        rounds.sort(null);
        int newest = rounds.get(rounds.size() - 1);
        rounds.removeIf(r -> r < newest - memory);
        return new SiloStanding(
                silo,
                lastSeenMillis,
                declaredTokens,
                declaredExamples,
                List.copyOf(rounds),
                evicted);
    }
}
