package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the chunks of versions that lie on the log.
 *
 * @param timeout how long one reading may take
 */
public record VersionChunks(KafkaConnection connection, FederationTopics topics, Duration timeout) {

    /** How much of a version could be read. */
    public enum Extent {
        /** Not even all its parameters. */
        PART,
        /** All its parameters, but not all moments that were published with them. */
        PARAMETERS,
        /** Parameters and moments. */
        ALL
    }

    /**
     * Whether a version that was once published is still there, without reading it. Retention takes
     * the oldest away: what was appended since a time is whole if something older is left. So of
     * the versions of the first minute that is left, some that could be read may be taken for gone.
     * Versions that were given are read: they are few, and in a topic that keeps them.
     */
    public boolean isRetained(ModelVersion version) {
        try (var reader = LogReader.scanning(connection, topics.federation() + "-versions")) {
            return reachesBack(reader, since(version)) || isGiven(reader, version);
        }
    }

    private boolean reachesBack(LogReader reader, long sinceMillis) {
        var partitions = reader.partitions(topics.models());
        var first = reader.offsetsSince(partitions, sinceMillis);
        var begins = reader.beginningOffsets(partitions); // after: what goes meanwhile is noticed
        return partitions.stream()
                .allMatch(
                        partition ->
                                begins.get(partition) == 0
                                        || begins.get(partition) < first.get(partition));
    }

    private boolean isGiven(LogReader reader, ModelVersion version) {
        var search = new ChunkSearch(version, 1);
        scan(reader, reader.partitions(topics.genesis()), search, since(version), chunk -> {});
        return search.isComplete();
    }

    private static long since(ModelVersion version) {
        return version.chunksSinceMillis() - ModelReplica.CLOCK_SLACK.toMillis();
    }

    /**
     * Hands on every chunk of a version once, in any order.
     *
     * @param moments whether to read its moments, too; they must have been published with it
     */
    public Extent read(ModelVersion version, boolean moments, Consumer<ModelChunk> receiver) {
        var search = new ChunkSearch(version, moments ? 1 + version.momentParts() : 1);
        try (var reader = LogReader.scanning(connection, topics.federation() + "-versions")) {
            scan(reader, search, since(version), receiver);
        }
        if (search.isComplete()) {
            return Extent.ALL;
        }
        return search.hasAllParameters() ? Extent.PARAMETERS : Extent.PART;
    }

    void scan(
            LogReader reader, ChunkSearch search, long sinceMillis, Consumer<ModelChunk> receiver) {
        var partitions = new ArrayList<TopicPartition>();
        partitions.addAll(reader.partitions(topics.genesis()));
        partitions.addAll(reader.partitions(topics.models()));
        scan(reader, partitions, search, sinceMillis, receiver);
    }

    private void scan(
            LogReader reader,
            List<TopicPartition> partitions,
            ChunkSearch search,
            long sinceMillis,
            Consumer<ModelChunk> receiver) {
        var ends = reader.endOffsets(partitions);
        reader.startAt(reader.offsetsSince(partitions, sinceMillis));
        reader.readUntil(
                ends,
                Deadline.in(timeout),
                search::isComplete,
                record -> {
                    var chunk = reader.decode(record, ModelChunk.class);
                    if (chunk != null && search.accept(chunk)) {
                        receiver.accept(chunk);
                    }
                });
    }
}
