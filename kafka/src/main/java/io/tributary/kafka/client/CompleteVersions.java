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
     * @param openPlan the newest plan of the round after this version, even if later rounds have
     *     been planned, as they are where rounds overlap. That round has to be gone through, even
     *     if it is said to have closed: what it was to make is not there
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
        var history = new RoundHistory(connection, topics, model, timeout);
        var manifests = history.versions();
        try (var reader = LogReader.scanning(connection, topics.federation() + "-versions")) {
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
                            history.newestPlan(version.version() + 1)
                                    .filter(plan -> follows(plan, version))
                                    .orElse(null);
                    return Optional.of(new Found(version, search.isComplete(), since, openPlan));
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

    /** What was planned for this number before a version was given may still be on the log. */
    private static boolean follows(RoundPlan plan, ModelVersion version) {
        boolean given = version.cohort().isEmpty();
        return !given || plan.baseVersion() == version.version();
    }
}
