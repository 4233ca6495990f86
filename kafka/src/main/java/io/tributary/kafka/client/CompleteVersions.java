package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds versions that exist: a manifest is in the log, and every chunk it names, with the right
 * checksum. Reads the chunks and keeps none of them.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param timeout how long reading the log may take
 */
public record CompleteVersions(
        KafkaConnection connection, FederationTopics topics, Duration timeout) {

    private static final Logger LOG = LoggerFactory.getLogger(CompleteVersions.class);

    /**
     * A version that exists.
     *
     * @param version its manifest
     * @param moments whether the moments of {@code version.snapshotVersion()} are in the log too;
     *     true if the optimizer has none
     * @param sinceMillis no record of it was appended before this broker time: where a reader
     *     starts
     * @param openPlan the newest plan, if it is of the round that starts from this version. That
     *     round has to be gone through, even if it is said to have closed: what it was to make is
     *     not there
     */
    public record Found(
            ModelVersion version,
            boolean moments,
            long sinceMillis,
            @Nullable RoundPlan openPlan) {}

    /**
     * The newest version of a model that exists.
     *
     * @return empty if there is none
     * @throws org.apache.kafka.common.errors.TimeoutException if the log cannot be read in time
     */
    public Optional<Found> newest(String model) {
        try (var follower = FederationFollower.all(connection, topics);
                var reader = LogReader.scanning(connection, topics.federation() + "-versions")) {
            follower.catchUp(timeout);
            var manifests = follower.versions(model);
            for (var version : manifests.descendingMap().values()) {
                var snapshot = manifests.getOrDefault(version.snapshotVersion(), version);
                long since =
                        Math.min(version.chunksSinceMillis(), snapshot.chunksSinceMillis())
                                - ModelReplica.CLOCK_SLACK.toMillis();
                var search = new ChunkSearch(version, 1 + version.momentParts());
                new VersionChunks(connection, topics, timeout)
                        .scan(reader, search, since, chunk -> {});
                if (search.hasAllParameters()) {
                    var openPlan =
                            follower.newestPlan(model)
                                    .filter(plan -> plan.baseVersion() == version.version());
                    return Optional.of(
                            new Found(version, search.isComplete(), since, openPlan.orElse(null)));
                }
                LOG.info(
                        "version {} of {} lacks {} chunks and does not count",
                        version.version(),
                        model,
                        search.missingChunks().size());
            }
            return Optional.empty();
        }
    }
}
