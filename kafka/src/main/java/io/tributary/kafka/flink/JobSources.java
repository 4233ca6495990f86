package io.tributary.kafka.flink;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.update.SiloRecord;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The job's inputs. All but one of them read committed records only. The Flink timestamp of every
 * element is the time at which the broker appended it, if the source is added with {@code
 * WatermarkStrategy.noWatermarks()}.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param groupId group under which progress is reported to the broker at each checkpoint, for
 *     people and lag monitors; the job itself never reads it
 * @param discoveryInterval how often to look for new topics and partitions
 */
public record JobSources(
        KafkaConnection connection,
        FederationTopics topics,
        String groupId,
        Duration discoveryInterval) {

    /** Everything every silo writes, with silos that join while the job runs. */
    public Source<SiloRecord, ?, ?> updates(StartingPoint start) {
        return single(
                source("updates", start, new SiloRecordDeserializer(topics))
                        .setTopicPattern(topics.updatesPattern()));
    }

    /** Chunks of the versions that the job itself made. */
    public Source<ModelChunk, ?, ?> models(StartingPoint start) {
        return decoded("models", topics.models(), start, ModelChunk.class);
    }

    /** Chunks of the versions that were given. */
    public Source<ModelChunk, ?, ?> genesis(StartingPoint start) {
        return decoded("genesis", topics.genesis(), start, ModelChunk.class);
    }

    /** Manifests of all versions. */
    public Source<ModelVersion, ?, ?> versions(StartingPoint start) {
        return decoded("versions", topics.versions(), start, ModelVersion.class);
    }

    /**
     * What the job's rules made of each round's cohort. Read before it is committed, which would
     * take a checkpoint in every round: it is a function of the uploads that it names, and counts
     * for no others, so that it does not matter whether a job that is gone has written it.
     */
    public Source<RoundWeights, ?, ?> roundWeights(StartingPoint start) {
        return single(
                source(
                                "round-weights",
                                start,
                                new WireDeserializer<>(RoundWeights.class, connection.schemaIds()))
                        .setTopics(List.of(topics.rounds()))
                        .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted"));
    }

    /** Plans, weights and outcomes of rounds, in the order in which they were decided. */
    public Source<RoundEntry, ?, ?> rounds(StartingPoint start) {
        return single(
                source("rounds", start, new RoundEntryDeserializer(connection.schemaIds()))
                        .setTopics(List.of(topics.rounds())));
    }

    /** Commands of operators. */
    public Source<CommandRecord, ?, ?> control(StartingPoint start) {
        return single(
                source("control", start, new CommandDeserializer(connection.schemaIds()))
                        .setTopics(List.of(topics.control())));
    }

    private <T extends Record> Source<T, ?, ?> decoded(
            String name, String topic, StartingPoint start, Class<T> type) {
        return single(
                source(name, start, new WireDeserializer<>(type, connection.schemaIds()))
                        .setTopics(List.of(topic)));
    }

    private static <T> Source<T, ?, ?> single(KafkaSourceBuilder<T> source) {
        return new SingleOutputSource<>(source.build());
    }

    private <T> KafkaSourceBuilder<T> source(
            String name, StartingPoint start, KafkaRecordDeserializationSchema<T> deserializer) {
        return KafkaSource.<T>builder()
                .setProperties(connection.clientProperties())
                .setGroupId(groupId)
                .setClientIdPrefix(groupId + "-" + name)
                .setStartingOffsets(start)
                .setDeserializer(deserializer)
                .setProperty(
                        KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
                        String.valueOf(discoveryInterval.toMillis()))
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false")
                // Bounds what one reader buffers, several times over: the default is 50 MiB a
                // broker.
                .setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, String.valueOf(2 * 1024 * 1024))
                // The next answer goes on coming while the last is taken apart.
                .setProperty(ConsumerConfig.RECEIVE_BUFFER_CONFIG, String.valueOf(2 * 1024 * 1024));
    }
}
