package io.tributary.cli.watch;

import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.round.UpdateVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Who of the open round's silos has delivered, and who has not, as far as it shows from outside:
 * from what the job last told of the round, and from what silos say that they have uploaded.
 *
 * @param planned silos that the round was planned for
 * @param came those of them whose update for this round is there
 * @param late updates of earlier rounds that this one takes, of whatever silos
 * @param medianMillis when half of all these had delivered, epoch milliseconds; 0 if none has
 * @param quorumMillis when the quorum was complete, epoch milliseconds; 0 if it is not
 * @param missing planned silos that are waited for, in silo-id order: those that are shut out are
 *     not
 */
record Arrivals(
        int planned,
        int came,
        int late,
        long medianMillis,
        long quorumMillis,
        List<String> missing) {

    static final Arrivals NONE = new Arrivals(0, 0, 0, 0, 0, List.of());

    static Arrivals of(FederationSnapshot now) {
        var open = now.openRound();
        if (open == null || open.plan() == null) {
            return NONE;
        }
        var plan = open.plan();
        var came = new TreeMap<String, Long>();
        var late = new TreeMap<String, Long>();
        for (var verdict : accepted(open)) {
            (verdict.round() < open.round() ? late : came)
                    .put(verdict.silo(), verdict.arrivedMillis());
        }
        for (var silo : now.silos()) {
            var name = silo.silo();
            if (came.containsKey(name) || late.containsKey(name)) {
                continue;
            }
            if (silo.uploadedRound() >= open.round()) {
                plan.assignment(name).ifPresent(a -> came.put(name, silo.uploadedMillis()));
            } else if (LateUpdates.isTaken(silo, open, now)) {
                late.put(name, Math.max(silo.uploadedMillis(), open.plannedMillis()));
            }
        }
        var missing = new ArrayList<>(plan.silos().stream().map(SiloAssignment::silo).toList());
        missing.removeAll(came.keySet());
        missing.removeAll(late.keySet());
        missing.removeAll(now.operators().evicted());
        var sorted =
                Stream.concat(came.values().stream(), late.values().stream()).sorted().toList();
        int quorum = plan.quorum();
        return new Arrivals(
                plan.silos().size(),
                came.size(),
                late.size(),
                // The later of the two in the middle, if there are two.
                sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2),
                sorted.size() < quorum || quorum < 1 ? 0 : sorted.get(quorum - 1),
                List.copyOf(missing));
    }

    /** What the job has told, which it does when it extends the round. */
    private static List<UpdateVerdict> accepted(RoundSnapshot open) {
        return open.outcome() == null
                ? List.of()
                : open.outcome().verdicts().stream()
                        .filter(verdict -> verdict.status() == UpdateVerdict.Status.ACCEPTED)
                        .toList();
    }
}
