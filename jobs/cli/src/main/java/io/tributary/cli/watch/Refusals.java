package io.tributary.cli.watch;

import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Updates that were not used, each once. */
final class Refusals {

    /** Which update a record is about; what is not known of it is -1. */
    private record Key(String silo, int round, int attempt, int partition, long offset) {

        static Key of(RejectedUpdate refused) {
            // A record that names its round is about an upload as a whole, unless it is about
            // one more upload of something that was already decided.
            boolean oneOfMany =
                    refused.round() >= 0
                            && refused.reason() != RejectionReason.LATE
                            && refused.reason() != RejectionReason.DUPLICATE;
            return new Key(
                    refused.silo(),
                    refused.round(),
                    refused.attempt(),
                    oneOfMany ? -1 : refused.partition(),
                    oneOfMany ? -1 : refused.offset());
        }
    }

    private record Refused(RejectedUpdate update, long appendMillis) {}

    private final Map<Key, Refused> known = new LinkedHashMap<>();

    void accept(RejectedUpdate refused, long appendMillis) {
        known.putIfAbsent(Key.of(refused), new Refused(refused, appendMillis));
    }

    Refusals with(Refusals others) {
        var all = new Refusals();
        all.known.putAll(known);
        all.known.putAll(others.known);
        return all;
    }

    /** By the time of the refusal; at the same time by silo, partition and offset. */
    List<RejectedUpdate> inOrder() {
        var refusals = new ArrayList<>(known.values());
        refusals.sort(
                Comparator.comparingLong(Refused::appendMillis)
                        .thenComparing(r -> r.update().silo())
                        .thenComparing(r -> r.update().partition())
                        .thenComparing(r -> r.update().offset()));
        return refusals.stream().map(Refused::update).toList();
    }

    int late(String silo) {
        return count(silo, true);
    }

    int rejected(String silo) {
        return count(silo, false);
    }

    SortedMap<RejectionReason, Integer> byReason(int round) {
        var counts = new TreeMap<RejectionReason, Integer>();
        for (var refused : known.values()) {
            if (refused.update().round() == round) {
                counts.merge(refused.update().reason(), 1, Integer::sum);
            }
        }
        return Collections.unmodifiableSortedMap(counts);
    }

    private int count(String silo, boolean late) {
        return (int)
                known.values().stream()
                        .map(Refused::update)
                        .filter(u -> u.silo().equals(silo))
                        .filter(u -> late == (u.reason() == RejectionReason.LATE))
                        .count();
    }
}
