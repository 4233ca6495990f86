package io.tributary.cli.watch;

import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.round.UpdateVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who of the open round's silos has delivered, and who has not, as far as it shows from outside:
 * from what the job last told of the round, and from what silos say that they have uploaded.
 *
 * @param planned silos that the round was planned for
 * @param came those of them whose update is there
 * @param medianMillis when half of those had delivered, epoch milliseconds; 0 if none has
 * @param quorumMillis when the quorum was complete, epoch milliseconds; 0 if it is not
 * @param missing the others, in silo-id order
 */
record Arrivals(int planned, int came, long medianMillis, long quorumMillis, List<String> missing) {

    static final Arrivals NONE = new Arrivals(0, 0, 0, 0, List.of());

    static Arrivals of(FederationSnapshot now) {
        var open = now.openRound();
        if (open == null || open.plan() == null) {
            return NONE;
        }
        var times = new TreeMap<String, Long>();
        var missing = new ArrayList<String>();
        var planned = open.plan().silos().stream().map(SiloAssignment::silo).toList();
        for (var silo : planned) {
            arrival(now, open, silo)
                    .ifPresentOrElse(millis -> times.put(silo, millis), () -> missing.add(silo));
        }
        var sorted = times.values().stream().sorted().toList();
        int quorum = open.plan().quorum();
        return new Arrivals(
                planned.size(),
                sorted.size(),
                // The later of the two in the middle, if there are two.
                sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2),
                sorted.size() < quorum || quorum < 1 ? 0 : sorted.get(quorum - 1),
                List.copyOf(missing));
    }

    private static Optional<Long> arrival(FederationSnapshot now, RoundSnapshot open, String silo) {
        if (open.outcome() != null) {
            for (var verdict : open.outcome().verdicts()) {
                if (verdict.silo().equals(silo)
                        && verdict.status() == UpdateVerdict.Status.ACCEPTED) {
                    return Optional.of(verdict.arrivedMillis());
                }
            }
        }
        return now.silo(silo)
                .filter(s -> s.uploadedRound() >= open.round())
                .map(SiloSnapshot::uploadedMillis);
    }
}
