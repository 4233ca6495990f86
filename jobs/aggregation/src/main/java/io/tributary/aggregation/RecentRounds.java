package io.tributary.aggregation;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.RoundHistory;
import io.tributary.kafka.client.VersionNotOnLogException;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.round.ClosedRound;
import io.tributary.operators.round.Pace;
import io.tributary.schemas.model.ModelVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

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
        var history = new RoundHistory(connection, topics, version.model(), timeout);
        int oldest = Math.max(0, version.version() - reach);
        while (true) {
            try {
                return read(history, oldest, version);
            } catch (VersionNotOnLogException e) {
                oldest++; // beyond the retention of the log; at last nothing is asked for
            }
        }
    }

    private static RecentRounds read(RoundHistory history, int oldest, ModelVersion newest)
            throws VersionNotOnLogException {
        if (oldest >= newest.version()) {
            return new RecentRounds(List.of(), newest.chunksSinceMillis() + 1);
        }
        var versions = history.versions(oldest, newest.version());
        var made = new TreeSet<Integer>();
        for (int number = oldest + 1; number <= newest.version(); number++) {
            if (!versions.get(number).cohort().isEmpty()) {
                made.add(number);
            } else {
                made.clear(); // rolled back: what was trained before is of no use
            }
        }
        var plans = history.rounds(made);
        var rounds = new ArrayList<ClosedRound>();
        for (int number : made) {
            rounds.add(new ClosedRound(plans.get(number).plan(), versions.get(number).cohort()));
        }
        return new RecentRounds(rounds, versions.get(oldest).chunksSinceMillis() + 1);
    }
}
