package io.tributary.operators.round;

import io.tributary.schemas.silo.SiloPresence;
import java.util.List;
import java.util.TreeSet;

/**
 * What the coordinator knows of a silo.
 *
 * @param silo silo id
 * @param lastSeenMillis when its last sign of life was read; 0 after it left
 * @param declaredTokens size of its training text in tokens
 * @param declaredExamples size of its training text in documents
 * @param silos silos it says it speaks for, 1 unless it is a relay
 * @param acceptedRounds rounds that an update was accepted for, ascending; only the newest, and
 *     those before it that {@link Pace#reach} covers
 * @param evicted whether an operator has shut it out
 */
public record SiloStanding(
        String silo,
        long lastSeenMillis,
        long declaredTokens,
        long declaredExamples,
        int silos,
        List<Integer> acceptedRounds,
        boolean evicted) {

    /** Of a silo that speaks for itself. */
    public SiloStanding(
            String silo,
            long lastSeenMillis,
            long declaredTokens,
            long declaredExamples,
            List<Integer> acceptedRounds,
            boolean evicted) {
        this(silo, lastSeenMillis, declaredTokens, declaredExamples, 1, acceptedRounds, evicted);
    }

    /** Of a silo that has not shown itself. */
    public static SiloStanding unknown(String silo) {
        return new SiloStanding(silo, 0, 0, 0, List.of(), false);
    }

    boolean hasBeenAccepted(int round) {
        return acceptedRounds.contains(round);
    }

    /**
     * Whether a round could be planned for it.
     *
     * @param silenceMillis how long after its last sign of life a silo counts as live
     */
    public boolean isLive(long nowMillis, long silenceMillis) {
        return !evicted && nowMillis - lastSeenMillis <= silenceMillis;
    }

    SiloStanding seen(long millis, SiloPresence presence) {
        return new SiloStanding(
                silo,
                millis,
                presence.declaredTokens(),
                presence.declaredExamples(),
                presence.silos(),
                acceptedRounds,
                evicted);
    }

    SiloStanding withEvicted(boolean next) {
        return new SiloStanding(
                silo,
                lastSeenMillis,
                declaredTokens,
                declaredExamples,
                silos,
                acceptedRounds,
                next);
    }

    /**
     * @param memory how many rounds before the newest are remembered
     */
    SiloStanding accepted(int round, int memory) {
        var rounds = new TreeSet<>(acceptedRounds); // a relay's sum is accepted once a member
        rounds.add(round);
        rounds.headSet(rounds.last() - memory).clear();
        return new SiloStanding(
                silo,
                lastSeenMillis,
                declaredTokens,
                declaredExamples,
                silos,
                List.copyOf(rounds),
                evicted);
    }
}
