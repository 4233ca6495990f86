package io.tributary.aggregation;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.RoundHistory;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.round.ClosedRound;
import io.tributary.operators.round.Pace;
import io.tributary.schemas.model.ModelVersion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * The rounds before a version whose updates may still come, for a job that starts with nothing but
 * the log.
 *
 * @param rounds ascending
 * @param sinceMillis broker time from which on updates have to be read for them
 */
record RecentRounds(List<ClosedRound> rounds, long sinceMillis) {

    /** Those that a federation of this pace could still take updates of. */
    static RecentRounds before(
            ModelVersion version,
            Pace pace,
            KafkaConnection connection,
            FederationTopics topics,
            Duration timeout) {
        int reach = pace.reach();
        if (reach == 0 || version.version() == 0) {
            // Updates of the next round cannot be older than the newest update of this version.
            return new RecentRounds(List.of(), version.chunksSinceMillis() + 1);
        }
        int newest = version.version();
        int oldest = Math.max(0, newest - reach);
        var history = new RoundHistory(connection, topics, version.model(), timeout);
        var versions = history.versions(oldest, newest);
        versions.put(newest, version);
        return of(versions, history.rounds(versions.keySet()));
    }

    /**
     * The newest of these versions, back to where the log has a gap or operators have rolled back:
     * what was trained before that is of no use.
     *
     * @param plans of their rounds, as far as they are on the log
     */
    static RecentRounds of(
            NavigableMap<Integer, ModelVersion> versions, Map<Integer, RoundHistory.Round> plans) {
        var rounds = new ArrayDeque<ClosedRound>();
        var version = versions.lastEntry().getValue();
        var before = versions.get(version.version() - 1);
        var made = plans.get(version.version());
        while (before != null && made != null && !version.cohort().isEmpty()) {
            rounds.addFirst(new ClosedRound(made.plan(), version.cohort()));
            version = before;
            before = versions.get(version.version() - 1);
            made = plans.get(version.version());
        }
        return new RecentRounds(List.copyOf(rounds), version.chunksSinceMillis() + 1);
    }
}
