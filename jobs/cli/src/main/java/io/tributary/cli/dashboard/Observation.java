package io.tributary.cli.dashboard;

import io.tributary.cli.watch.FederationSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that was seen of a federation at one moment. Immutable.
 *
 * @param snapshots by model, in name order; never empty: without any model that of {@link #MAIN},
 *     of which nothing is known
 * @param lag records that the job of a model has not read, by model and silo; a model of which that
 *     is not known is not in it
 * @param blockedSeconds how long the oldest transaction that holds readers back has been open; 0 if
 *     there is none, empty if that is not known
 * @param contactMillis when the cluster last answered, epoch milliseconds
 * @param ended whether this is the last observation there will be
 */
record Observation(
        SortedMap<String, FederationSnapshot> snapshots,
        SortedMap<String, SortedMap<String, Long>> lag,
        OptionalDouble blockedSeconds,
        long contactMillis,
        boolean ended) {

    /** The model line that there is when nobody has said otherwise. */
    static final String MAIN = "main";

    /** The cluster is asked every other second. */
    static final Duration SILENCE = Duration.ofSeconds(10);

    /** Whether the cluster answers. */
    boolean isUp(long nowMillis) {
        return !ended && nowMillis - contactMillis <= SILENCE.toMillis();
    }

    List<String> models() {
        return new ArrayList<>(snapshots.keySet());
    }

    /** The model to show if none is asked for. */
    String defaultModel() {
        return snapshots.containsKey(MAIN) ? MAIN : snapshots.firstKey();
    }

    /** A model as it is now, if nothing has happened since; empty if there is no such model. */
    Optional<FederationSnapshot> snapshot(String model, long nowMillis) {
        return Optional.ofNullable(snapshots.get(model))
                .map(s -> ended ? s : s.at(Math.max(nowMillis, s.atMillis())));
    }

    SortedMap<String, Long> lagOf(String model) {
        return lag.getOrDefault(model, new TreeMap<>());
    }

    /** The same as the last word. */
    Observation last() {
        return new Observation(snapshots, lag, blockedSeconds, contactMillis, true);
    }
}
