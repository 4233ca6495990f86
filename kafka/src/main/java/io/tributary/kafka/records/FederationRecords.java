package io.tributary.kafka.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.registry.RegistryIds;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.Wire;
import java.io.Serializable;
import java.util.Collection;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The one way from a record of the federation to a record of Kafka, for plain producers and for the
 * job's sinks alike: topic, partition, key, headers and {@link Wire} value.
 *
 * <p>Headers are text for people and tools ({@code type}, {@code model}, {@code round} or {@code
 * version}, {@code silo}). Nothing reads them to decide anything: a reader decodes the value, and
 * takes a silo's identity from the topic.
 *
 * @param topics where records go
 * @param ids the numbers that values name their schemas by; null to name them by fingerprint
 */
public record FederationRecords(FederationTopics topics, @Nullable RegistryIds ids)
        implements Serializable {

    /** Values name their schemas by fingerprint. */
    public FederationRecords(FederationTopics topics) {
        this(topics, null);
    }

    /** Values are in the frame that the connection asks for. */
    public static FederationRecords on(KafkaConnection connection, FederationTopics topics) {
        return new FederationRecords(topics, connection.writtenIds());
    }

    /**
     * Gets what values of these types need that is not in this process: the registry's numbers.
     *
     * @throws io.tributary.kafka.registry.SchemaRegistryException if there is a registry that
     *     cannot be asked, or that does not take a schema
     */
    public void prepare(String topic, Collection<Class<? extends Record>> types) {
        if (ids != null) {
            ids.prepare(topic, types);
        }
    }

    /** A chunk of a version that the job made. */
    public ProducerRecord<byte[], byte[]> model(ModelChunk chunk, int partitions) {
        return chunk(topics.models(), chunk, partitions);
    }

    /** A chunk of a version that was given. */
    public ProducerRecord<byte[], byte[]> genesis(ModelChunk chunk, int partitions) {
        return chunk(topics.genesis(), chunk, partitions);
    }

    public ProducerRecord<byte[], byte[]> version(ModelVersion version) {
        var headers = headers(version, version.model());
        add(headers, "version", version.version());
        return record(
                topics.versions(),
                null,
                version.model() + "/" + version.version(),
                headers,
                version);
    }

    public ProducerRecord<byte[], byte[]> round(RoundPlan plan) {
        return round(plan, plan.model(), plan.round());
    }

    public ProducerRecord<byte[], byte[]> round(RoundWeights weights) {
        return round(weights, weights.model(), weights.round());
    }

    public ProducerRecord<byte[], byte[]> round(RoundOutcome outcome) {
        return round(outcome, outcome.model(), outcome.round());
    }

    public ProducerRecord<byte[], byte[]> round(ControlOutcome outcome) {
        return round(outcome, outcome.model(), outcome.round());
    }

    public ProducerRecord<byte[], byte[]> rejected(RejectedUpdate rejected) {
        var headers = headers(rejected, rejected.model());
        add(headers, "round", rejected.round());
        add(headers, "silo", rejected.silo());
        return record(topics.rejected(), null, rejected.silo(), headers, rejected);
    }

    public ProducerRecord<byte[], byte[]> control(ControlCommand command) {
        return record(
                topics.control(),
                null,
                command.model(),
                headers(command, command.model()),
                command);
    }

    /** Goes to the partition of chunk 0, before it. */
    public ProducerRecord<byte[], byte[]> update(String silo, UpdateManifest manifest) {
        return update(
                silo,
                FederationTopics.MANIFEST_PARTITION,
                null,
                headers(manifest, manifest.model()),
                manifest.id().round(),
                manifest);
    }

    /**
     * @param chunkPartitions partitions of the update topic without the one for presence
     */
    public ProducerRecord<byte[], byte[]> update(
            String silo, UpdateChunk chunk, int chunkPartitions) {
        return update(
                silo,
                FederationTopics.updatePartition(chunk.chunk(), chunkPartitions),
                String.valueOf(chunk.chunk()),
                headers(chunk, chunk.model()),
                chunk.id().round(),
                chunk);
    }

    public ProducerRecord<byte[], byte[]> update(String silo, UpdateEnd end) {
        return update(
                silo, end.partition(), null, headers(end, end.model()), end.id().round(), end);
    }

    public ProducerRecord<byte[], byte[]> presence(String silo, SiloPresence presence) {
        return update(
                silo,
                FederationTopics.PRESENCE_PARTITION,
                null,
                headers(presence, presence.model()),
                presence.round(),
                presence);
    }

    public ProducerRecord<byte[], byte[]> evaluation(String silo, SiloEvaluation evaluation) {
        var headers = headers(evaluation, evaluation.model());
        add(headers, "version", evaluation.version());
        add(headers, "silo", silo);
        return record(
                topics.updates(silo),
                FederationTopics.PRESENCE_PARTITION,
                null,
                headers,
                evaluation);
    }

    private ProducerRecord<byte[], byte[]> chunk(String topic, ModelChunk chunk, int partitions) {
        var headers = headers(chunk, chunk.model());
        add(headers, "version", chunk.version());
        var key = chunk.model() + "/" + chunk.version() + "/" + chunk.chunk();
        return record(
                topic,
                chunk.chunk() % partitions,
                chunk.part() == 0 ? key : key + "/" + chunk.part(),
                headers,
                chunk);
    }

    private ProducerRecord<byte[], byte[]> round(Record value, String model, int round) {
        var headers = headers(value, model);
        add(headers, "round", round);
        return record(topics.rounds(), null, model, headers, value);
    }

    private ProducerRecord<byte[], byte[]> update(
            String silo,
            int partition,
            @Nullable String key,
            RecordHeaders headers,
            int round,
            Record value) {
        add(headers, "round", round);
        add(headers, "silo", silo);
        return record(topics.updates(silo), partition, key, headers, value);
    }

    private ProducerRecord<byte[], byte[]> record(
            String topic,
            @Nullable Integer partition,
            @Nullable String key,
            RecordHeaders headers,
            Record value) {
        return new ProducerRecord<>(
                topic,
                partition,
                key == null ? null : key.getBytes(UTF_8),
                ids == null
                        ? Wire.encode(value)
                        : Wire.encode(value, ids.id(topic, value.getClass())),
                headers);
    }

    private static RecordHeaders headers(Record value, String model) {
        var headers = new RecordHeaders();
        add(headers, "type", value.getClass().getSimpleName());
        add(headers, "model", model);
        return headers;
    }

    private static void add(RecordHeaders headers, String name, Object value) {
        headers.add(name, value.toString().getBytes(UTF_8));
    }
}
