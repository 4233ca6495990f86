package io.tributary.kafka.flink;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.records.TopicContent;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateManifest;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The job's outputs. Each sink writes in Kafka transactions that are committed with Flink's
 * checkpoints, so a reader of committed records sees every element exactly once.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param transactionalIdPrefix unique to this job on this cluster, ends in a dot; a silo-like ACL
 *     on {@code <prefix>*} is what the job needs
 * @param transactionTimeout how long a transaction may stay open. Longer than the checkpoint
 *     interval plus the longest restart: when it expires before a restarted job can commit, output
 *     is lost. At most the broker's {@code transaction.max.timeout.ms}, 15 minutes by default
 */
public record JobSinks(
        KafkaConnection connection,
        FederationTopics topics,
        String transactionalIdPrefix,
        Duration transactionTimeout) {

    public JobSinks {
        if (transactionalIdPrefix.length() < 2 || !transactionalIdPrefix.endsWith(".")) {
            throw new IllegalArgumentException(
                    "transactional id prefix '%s' must end in a dot, e.g. 'demo.job.'"
                            .formatted(transactionalIdPrefix));
        }
        if (transactionTimeout.toMillis() < 1000) {
            throw new IllegalArgumentException(
                    "transaction timeout must be at least 1 s, got " + transactionTimeout);
        }
    }

    public Sink<ModelChunk> models() {
        return sink(
                "models",
                topics.models(),
                TopicContent.MODELS.types(),
                (records, chunk, partitions) -> records.model(chunk, partitions.getAsInt()));
    }

    public Sink<ModelVersion> versions() {
        return sink(
                "versions",
                topics.versions(),
                TopicContent.VERSIONS.types(),
                (records, version, partitions) -> records.version(version));
    }

    /** Plans, weights and outcomes, in the order in which they come. */
    public Sink<RoundEntry> rounds() {
        return sink(
                "rounds",
                topics.rounds(),
                TopicContent.ROUNDS.types(),
                (records, entry, partitions) -> round(records, entry));
    }

    /**
     * Written as it is said, without a transaction: one that a long outage has cut would take its
     * rejections with it, and nobody would say them again. After a failure some are there twice,
     * with the same coordinates.
     */
    public Sink<RejectedUpdate> rejected() {
        return atOnce(
                topics.rejected(),
                TopicContent.REJECTED.types(),
                (records, rejected, partitions) -> records.rejected(rejected));
    }

    /** Chunks of a relay's sums, onto its topic in this federation. */
    public Sink<UpdateChunk> relayedChunks(String relay) {
        return sink(
                "relayed-chunks",
                topics.updates(relay),
                List.of(UpdateChunk.class),
                (records, chunk, partitions) ->
                        records.update(relay, chunk, partitions.getAsInt() - 1));
    }

    /** Manifests of a relay's sums, onto its topic in this federation. */
    public Sink<UpdateManifest> relayedManifests(String relay) {
        return sink(
                "relayed-manifests",
                topics.updates(relay),
                List.of(UpdateManifest.class),
                (records, manifest, partitions) -> records.update(relay, manifest));
    }

    /** Signs of life of a relay, outside of any transaction: they must be seen at once. */
    public Sink<SiloPresence> presence(String relay) {
        return atOnce(
                topics.updates(relay),
                List.of(SiloPresence.class),
                (records, presence, partitions) -> records.presence(relay, presence));
    }

    private static ProducerRecord<byte[], byte[]> round(
            FederationRecords records, RoundEntry entry) {
        var record = entry.record();
        if (record instanceof RoundPlan plan) {
            return records.round(plan);
        }
        if (record instanceof RoundWeights weights) {
            return records.round(weights);
        }
        if (record instanceof ControlOutcome outcome) {
            return records.round(outcome);
        }
        return records.round((RoundOutcome) record);
    }

    private <T> Sink<T> sink(
            String name,
            String topic,
            List<Class<? extends Record>> types,
            WireSerializer.Encoder<T> encoder) {
        return new ClosingSink<>(
                writer(topic, types, encoder)
                        .setProperty(
                                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                                String.valueOf(transactionTimeout.toMillis()))
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                        .setTransactionalIdPrefix(transactionalIdPrefix + name + ".")
                        .build());
    }

    /** Outside of transactions. */
    private <T> Sink<T> atOnce(
            String topic, List<Class<? extends Record>> types, WireSerializer.Encoder<T> encoder) {
        return writer(topic, types, encoder)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    private <T> KafkaSinkBuilder<T> writer(
            String topic, List<Class<? extends Record>> types, WireSerializer.Encoder<T> encoder) {
        var records = FederationRecords.on(connection, topics);
        return KafkaSink.<T>builder()
                .setRecordSerializer(new WireSerializer<>(topic, records, types, encoder))
                .setKafkaProducerConfig(connection.clientProperties())
                .setProperty(ProducerConfig.ACKS_CONFIG, "all")
                .setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true")
                // Model values do not compress; a few large records fill a batch.
                .setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none")
                .setProperty(ProducerConfig.BATCH_SIZE_CONFIG, String.valueOf(256 * 1024))
                .setProperty(ProducerConfig.LINGER_MS_CONFIG, "5")
                .setProperty(ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(16 * 1024 * 1024))
                .setProperty(
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, String.valueOf(2 * 1024 * 1024));
    }
}
