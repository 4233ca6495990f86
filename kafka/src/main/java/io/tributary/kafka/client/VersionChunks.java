package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import java.time.Duration;
import java.util.ArrayList;
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
     * Hands on every chunk of a version once, in any order.
     *
     * @param moments whether to read its moments, too; they must have been published with it
     */
    public Extent read(ModelVersion version, boolean moments, Consumer<ModelChunk> receiver) {
        var search = new ChunkSearch(version, moments ? 1 + version.momentParts() : 1);
        try (var reader = LogReader.scanning(connection, topics.federation() + "-versions")) {
            long since = version.chunksSinceMillis() - ModelReplica.CLOCK_SLACK.toMillis();
            scan(reader, search, since, receiver);
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
        var ends = reader.endOffsets(partitions);
        reader.startAt(reader.offsetsSince(partitions, sinceMillis));
        reader.readUntil(
                ends,
                Deadline.in(timeout),
                record -> {
                    var chunk = Decoding.decode(record, ModelChunk.class);
                    if (chunk != null && search.accept(chunk)) {
                        receiver.accept(chunk);
                    }
                });
    }
}
