package io.tributary.silo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with one federation's topics, and a hand in the place of the job. */
final class TestFederation implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Three chunks of 4, 4 and 2 values. */
    static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "layer",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("layer.weight", List.of(2, 5))))),
                    4);

    final FederationTopics topics;
    private final Path directory;
    private final FederationRecords records;
    private EmbeddedBroker broker;
    private final KafkaProducer<byte[], byte[]> job;

    private TestFederation(String name, Path directory) {
        topics = new FederationTopics(name);
        records = new FederationRecords(topics);
        this.directory = directory;
        broker = EmbeddedBroker.start(directory);
        job = producer();
    }

    /** Starts a broker, creates the topics and publishes version 0: all zeros. */
    static TestFederation start(Path directory, String... silos) {
        var federation = new TestFederation("test", directory);
        var catalogue = new TopicCatalogue(federation.topics, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(federation.connection(), TIMEOUT)) {
            assertThat(admin.create(catalogue.all(List.of(silos)))).hasSize(6 + silos.length);
        }
        return federation;
    }

    /** Publishes version 0 of a model line: all zeros. */
    void begin(String model) {
        var genesis = new Genesis(model, 0, -1, "{}", "bytes", Codec.F32, 0);
        var zeros = ParameterBuffer.allocate(LAYOUT);
        assertThat(new GenesisWriter(connection(), topics, TIMEOUT).write(genesis, zeros))
                .isNotNull();
    }

    KafkaConnection connection() {
        return broker.connection();
    }

    /** Stops the broker and starts it again where it was. */
    void restartBroker(Runnable meanwhile) {
        int port = broker.port();
        broker.close();
        meanwhile.run();
        broker = EmbeddedBroker.start(directory, port);
    }

    static RoundPlan plan(String model, int round, int localSteps, long seed, String... silos) {
        var assignments = new ArrayList<SiloAssignment>();
        for (var silo : silos) {
            assignments.add(new SiloAssignment(silo, 1.0 / silos.length, localSteps));
        }
        return new RoundPlan(
                model,
                round,
                round - 1,
                LAYOUT.digest(),
                "mean",
                "extend",
                "sgd(lr=1)",
                Codec.F32,
                assignments,
                new LocalTraining(
                        LocalSolver.SGD, 0.1, 0.1, 0, 0, 0.9, 0.9, 0.99, 1e-8, 0, 0, true, 1, 8),
                0,
                -30,
                silos.length,
                1000,
                0,
                0,
                60_000,
                0,
                0.5,
                1,
                seed);
    }

    void publish(RoundPlan plan) {
        send(records.round(plan));
    }

    /** Publishes a plan at a later time than it is. */
    void publishAfter(Duration delay, RoundPlan plan) {
        var rounds = new ConfigResource(ConfigResource.Type.TOPIC, topics.rounds());
        var byTheSender = new ConfigEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        try (var admin = Admin.create(connection().adminConfig(TIMEOUT))) {
            var set = new AlterConfigOp(byTheSender, AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(rounds, List.of(set))).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
        long millis = Clock.systemUTC().millis() + delay.toMillis();
        var record = records.round(plan);
        var stamped =
                new ProducerRecord<>(
                        record.topic(),
                        record.partition(),
                        millis,
                        record.key(),
                        record.value(),
                        record.headers());
        // The broker heeds the new setting a moment later.
        await().atMost(TIMEOUT).until(() -> job.send(stamped).get().timestamp() == millis);
    }

    /** The same plan, whose updates are taken up to so many rounds later. */
    static RoundPlan takingLate(RoundPlan plan, int stalenessLimit) {
        return altered(plan, plan.baseVersion(), stalenessLimit);
    }

    /** The same plan, from the version before, as where rounds overlap. */
    static RoundPlan overlapping(RoundPlan plan) {
        return altered(plan, plan.baseVersion() - 1, plan.stalenessLimit());
    }

    private static RoundPlan altered(RoundPlan plan, int baseVersion, int stalenessLimit) {
        return new RoundPlan(
                plan.model(),
                plan.round(),
                baseVersion,
                plan.layoutDigest(),
                plan.rule(),
                plan.fallback(),
                plan.serverOptimizer(),
                plan.codec(),
                plan.silos(),
                plan.training(),
                plan.clock(),
                plan.foldQuantumExponent(),
                plan.quorum(),
                plan.graceMillis(),
                plan.graceMinMillis(),
                plan.graceFactor(),
                plan.deadlineMillis(),
                stalenessLimit,
                plan.stalenessExponent(),
                plan.totalSize(),
                plan.seed());
    }

    void close(RoundPlan plan) {
        end(plan, RoundStatus.CLOSED);
    }

    void end(RoundPlan plan, RoundStatus status) {
        send(
                records.round(
                        new RoundOutcome(
                                plan.model(),
                                plan.round(),
                                status,
                                "by hand",
                                plan.rule(),
                                List.of(),
                                1,
                                2)));
    }

    /**
     * Publishes a version in which the chunks given have new values, all the same, and the others
     * are still those of version 0.
     */
    ModelVersion publishVersion(String model, int version, float value, Set<Integer> changed) {
        var chunkVersions = new int[LAYOUT.chunkCount()];
        var crcs = new int[chunkVersions.length];
        for (var span : LAYOUT.chunks()) {
            boolean isNew = changed.contains(span.chunk());
            var values = new float[span.elements()];
            Arrays.fill(values, isNew ? value : 0);
            var payload = TensorCodec.encode(Codec.F32, FloatBuffer.wrap(values));
            crcs[span.chunk()] = Crc32c.of(payload);
            if (isNew) {
                chunkVersions[span.chunk()] = version;
                var chunk =
                        new ModelChunk(
                                model,
                                version,
                                span.chunk(),
                                0,
                                Codec.F32,
                                span.elements(),
                                crcs[span.chunk()],
                                payload);
                send(records.model(chunk, 4));
            }
        }
        var manifest =
                new ModelVersion(
                        model,
                        version,
                        version - 1,
                        "{}",
                        "bytes",
                        LAYOUT,
                        Codec.F32,
                        chunkVersions,
                        crcs,
                        ChunkDigest.of(crcs),
                        version,
                        0,
                        0,
                        0,
                        "mean",
                        "sgd(lr=1)",
                        List.of(),
                        List.of());
        send(records.version(manifest));
        return manifest;
    }

    /** Committed records of one type on a silo's topic, partition by partition. */
    <T extends Record> List<T> written(String silo, Class<T> type) {
        try (var committed = consumer("read_committed");
                var everything = consumer("read_uncommitted")) {
            var partitions =
                    committed.partitionsFor(topics.updates(silo)).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            committed.assign(partitions);
            everything.assign(partitions);
            var ends = everything.endOffsets(partitions);
            // An upload can be read a moment after its commit has returned.
            await().atMost(TIMEOUT).until(() -> committed.endOffsets(partitions).equals(ends));
            committed.seekToBeginning(partitions);
            var found = new ArrayList<T>();
            while (partitions.stream().anyMatch(p -> committed.position(p) < ends.get(p))) {
                for (var record : committed.poll(Duration.ofMillis(200))) {
                    var decoded = Wire.decode(record.value());
                    if (type.isInstance(decoded)) {
                        found.add(type.cast(decoded));
                    }
                }
            }
            return found;
        } catch (MalformedRecordException e) {
            throw new AssertionError(e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        var config = connection().clientConfig();
        config.put("isolation.level", isolation);
        config.put("fetch.max.wait.ms", 50);
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            assertThat(job.send(record).get().hasOffset()).isTrue();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                connection().clientConfig(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void close() {
        job.close(Duration.ofSeconds(2));
        broker.close();
    }
}
