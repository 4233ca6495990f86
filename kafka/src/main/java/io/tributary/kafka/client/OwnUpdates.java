package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.update.UpdateManifest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks up what a silo has already uploaded. Open the silo's {@link UpdateWriter} first: that
 * settles a transaction that a crash left open.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param silo silo id
 * @param timeout how long reading the silo's topic may take
 */
public record OwnUpdates(
        KafkaConnection connection, FederationTopics topics, String silo, Duration timeout) {

    /**
     * The newest committed update for a round.
     *
     * @param sinceMillis a broker time before any upload for that round, that of the version it
     *     starts from for instance
     * @return its manifest; empty if there is none
     */
    public Optional<UpdateManifest> find(String model, int round, long sinceMillis) {
        var partition =
                new TopicPartition(topics.updates(silo), FederationTopics.MANIFEST_PARTITION);
        try (var reader =
                LogReader.scanning(connection, "%s.%s.own".formatted(topics.federation(), silo))) {
            var ends = reader.endOffsets(List.of(partition));
            reader.startAt(
                    reader.offsetsSince(
                            List.of(partition), sinceMillis - ModelReplica.CLOCK_SLACK.toMillis()));
            var found = new UpdateManifest[1];
            reader.readUntil(
                    ends,
                    Deadline.in(timeout),
                    record -> {
                        var manifest = reader.decode(record, UpdateManifest.class);
                        if (manifest != null
                                && manifest.model().equals(model)
                                && manifest.id().round() == round) {
                            found[0] = manifest;
                        }
                    });
            return Optional.ofNullable(found[0]);
        }
    }
}
