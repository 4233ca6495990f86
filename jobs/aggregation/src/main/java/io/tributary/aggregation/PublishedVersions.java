package io.tributary.aggregation;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.RoundHistory;
import io.tributary.kafka.client.VersionChunks;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.flink.VersionArchive;
import io.tributary.operators.round.SnapshotParts;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The federation's versions that still lie on the log. */
public record PublishedVersions(KafkaConnection connection, FederationTopics topics)
        implements VersionArchive {

    /** How long reading one version may take. */
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    @Override
    public Optional<Found> find(String model, int number) {
        var manifest =
                new RoundHistory(connection, topics, model, TIMEOUT)
                        .versions(number, number)
                        .get(number);
        return Optional.ofNullable(manifest)
                .filter(version -> chunks().isRetained(version))
                .map(version -> new Found(version, hasMoments(version)));
    }

    /** Whether all that its successor needs was published with this very version. */
    private static boolean hasMoments(ModelVersion version) {
        return version.snapshotVersion() == version.version()
                && version.momentParts() > 0
                && version.momentParts() == SnapshotParts.of(version).count();
    }

    @Override
    public void read(Found found, Consumer<ModelChunk> receiver) {
        var version = found.version();
        if (chunks().read(version, found.moments(), receiver) != VersionChunks.Extent.ALL) {
            throw new IllegalStateException(
                    "version %s of %s was on the log when the roll-back to it was taken up, and is"
                                    .formatted(version.version(), version.model())
                            + " not there whole any more; start the job without its state: it goes"
                            + " on from the newest version, and refuses the roll-back");
        }
    }

    private VersionChunks chunks() {
        return new VersionChunks(connection, topics, TIMEOUT);
    }
}
