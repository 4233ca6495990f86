package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.ControlAnswers;
import io.tributary.kafka.client.ControlLog;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * One federation on a shared broker: its topics, its genesis, its job, and an outsider's view of
 * what comes out. Every federation has a name of its own, so that tests share the broker and the
 * Flink cluster and nothing else.
 */
final class TestFederation implements AutoCloseable {

    static final String MODEL = "main";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final KafkaConnection connection;
    private final LocalCluster cluster;
    private final FederationTopics topics;
    private final FederationFollower follower;
    private final Map<String, String> options = new TreeMap<>();

    private @Nullable JobID job;

    private TestFederation(
            KafkaConnection connection, LocalCluster cluster, FederationTopics topics, int silos) {
        this.connection = connection;
        this.cluster = cluster;
        this.topics = topics;
        this.follower = FederationFollower.all(connection, topics);
        options.put("kafka.bootstrap-servers", connection.bootstrapServers());
        options.put("kafka.discovery-interval", "1 s");
        options.put("federation.name", topics.federation());
        options.put("round.min-silos", String.valueOf(silos));
        options.put("round.silence", "1 h");
        options.put("round.grace", "1 h");
        options.put("round.upload-timeout", "1 min");
        options.put("local.solver", "sgd");
        options.put("job.checkpoint-interval", "100 ms");
    }

    /** A federation with the topics of these silos. */
    static TestFederation create(EmbeddedBroker broker, LocalCluster cluster, String... silos) {
        var topics = new FederationTopics("test" + COUNT.incrementAndGet());
        create(broker.connection(), topics, List.of(silos));
        return new TestFederation(broker.connection(), cluster, topics, silos.length);
    }

    private static void create(
            KafkaConnection connection, FederationTopics topics, List<String> silos) {
        var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(connection, PATIENCE)) {
            assertThat(admin.create(catalogue.all(silos))).isNotEmpty();
        }
    }

    /** A federation whose topics are on the log already. */
    static TestFederation existing(
            EmbeddedBroker broker, LocalCluster cluster, String name, List<String> silos) {
        return new TestFederation(
                broker.connection(), cluster, new FederationTopics(name), silos.size());
    }

    /** A region of this federation, behind a relay that is one of its silos. */
    TestFederation region(String relay, String... silos) {
        var parent = topics.federation();
        var region = new FederationTopics("test" + COUNT.incrementAndGet(), parent);
        with("federation.relays." + relay, silos.length);
        create(connection, region, List.of(silos));
        return new TestFederation(connection, cluster, region, silos.length)
                .with("relay.parent", parent)
                .with("relay.silo", relay);
    }

    TestFederation with(String option, Object value) {
        options.put(option, value.toString());
        return this;
    }

    KafkaConnection connection() {
        return connection;
    }

    FederationTopics topics() {
        return topics;
    }

    JobSettings settings() {
        return JobSettings.from(Configuration.fromMap(options));
    }

    /** Publishes version 0 with these values. */
    ModelVersion genesis(ModelLayout layout, float... values) {
        var parameters = ParameterBuffer.allocate(layout);
        int next = 0;
        for (var span : layout.chunks()) {
            parameters.chunk(span.chunk()).put(values, next, span.elements());
            next += span.elements();
        }
        var genesis = new Genesis(MODEL, 0, -1, "{}", "bytes", Codec.F32, 0);
        return new GenesisWriter(connection, topics, PATIENCE).write(genesis, parameters);
    }

    /** Starts the job from a checkpoint; from the log alone if there is none. */
    void startJob(@Nullable String checkpoint) throws Exception {
        job = cluster.submit(settings(), checkpoint);
    }

    /** Starts the job from the log alone, defined some other way. */
    void startJob(LocalCluster.Definition definition) throws Exception {
        job = cluster.submit(settings(), definition, null);
    }

    /** Starts the job from the log alone. */
    void startJob() throws Exception {
        job = cluster.submit(settings(), null);
    }

    /** Stops the job and returns its last checkpoint. */
    String stopJob() throws Exception {
        var stopped = job;
        job = null;
        return cluster.cancel(stopped).orElseThrow();
    }

    /** Stops the job with a savepoint in this folder, and returns where it is. */
    String stopJobWithSavepoint(Path folder) throws Exception {
        var stopped = job;
        job = null;
        return cluster.miniCluster()
                .stopWithSavepoint(stopped, folder.toString(), false, SavepointFormatType.CANONICAL)
                .get();
    }

    /** Waits until Flink has started the job again by itself. */
    void awaitRestart() {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                cluster.miniCluster()
                                                .getExecutionGraph(job)
                                                .get()
                                                .getStatusTimestamp(JobStatus.RESTARTING)
                                        > 0);
    }

    TestSilo silo(String id) {
        return new TestSilo(this, id);
    }

    RoundPlan awaitPlan(int round) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            follower.poll(Duration.ofMillis(20));
                            return follower.newestPlan(MODEL)
                                    .filter(plan -> plan.round() == round)
                                    .isPresent();
                        });
        return follower.newestPlan(MODEL).orElseThrow();
    }

    ModelVersion awaitVersion(int version) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            follower.poll(Duration.ofMillis(20));
                            return follower.version(MODEL, version).isPresent();
                        });
        return follower.version(MODEL, version).orElseThrow();
    }

    /** Waits until the job has obeyed the command at this offset. */
    ControlOutcome awaitAnswer(long offset) {
        await().atMost(PATIENCE).until(() -> answer(offset).isPresent());
        var answer = answer(offset).orElseThrow();
        assertThat(answer.applied()).as(answer.detail()).isTrue();
        return answer;
    }

    private Optional<ControlOutcome> answer(long offset) {
        return rounds(ControlOutcome.class).stream().filter(a -> a.offset() == offset).findFirst();
    }

    /** Downloads a version the way a silo does. */
    ParameterBuffer parameters(ModelVersion version) throws IncompleteVersionException {
        try (var replica = ModelReplica.open(connection, topics, MODEL)) {
            var download = replica.download(version, PATIENCE);
            assertThat(download.chunks()).isPositive();
            return replica.parameters();
        }
    }

    /** Gives a command as an operator would, and waits for the job's answer. */
    ControlOutcome command(ControlCommand.Kind kind, String subject, String value) {
        try (var answers = ControlAnswers.fromNowOn(connection, topics, MODEL)) {
            return answers.await(give(kind, subject, value), PATIENCE).orElseThrow();
        }
    }

    ControlOutcome command(ControlCommand.Kind kind, Object subject) {
        return command(kind, subject.toString(), "");
    }

    ControlOutcome command(ControlCommand.Kind kind) {
        return command(kind, "", "");
    }

    /** Gives a command without waiting; returns its offset. */
    long give(ControlCommand.Kind kind, String subject, String value) {
        return new ControlLog(connection, topics, PATIENCE)
                .give(new ControlCommand(MODEL, kind, subject, value, "tester", "a test"));
    }

    /** Writes to the rounds topic as the job would; returns the broker's time. */
    long tell(Record entry) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        connection.clientConfig(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var record =
                    new ProducerRecord<byte[], byte[]>(
                            topics.rounds(), 0, null, Wire.encode(entry));
            return producer.send(record).get().timestamp();
        }
    }

    /** Every plan, weighing, outcome and answer, in log order. */
    List<Record> roundsLog() {
        return read(topics.rounds(), Record.class);
    }

    /** Waits until the job has refused as many updates. */
    List<RejectedUpdate> awaitRejected(int count) {
        await().atMost(PATIENCE).until(() -> rejected().size() >= count);
        return rejected();
    }

    /** Every manifest that was ever committed, in log order. */
    List<ModelVersion> manifests() {
        return read(topics.versions(), ModelVersion.class);
    }

    /** What rules have made of the cohorts so far. */
    List<RoundWeights> weights() {
        return rounds(RoundWeights.class);
    }

    /** How rounds have ended, or gone on, so far. */
    List<RoundOutcome> outcomes() {
        return rounds(RoundOutcome.class);
    }

    private <T extends Record> List<T> rounds(Class<T> type) {
        return roundsLog().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** What was rejected so far. */
    List<RejectedUpdate> rejected() {
        return read(topics.rejected(), RejectedUpdate.class);
    }

    /**
     * Waits until the job has taken in, and checkpointed, all that silos have sent. The connector
     * commits its offsets when its next poll returns, which in silence takes it ten seconds: signs
     * of life, from silos that have given one before, break the silence.
     */
    void awaitConsumed() throws Exception {
        awaitConsumed(
                sent ->
                        sent.stream()
                                .flatMap(partition -> topics.siloOf(partition.topic()).stream())
                                .distinct()
                                .forEach(silo -> silo(silo).join()));
    }

    /** The same, slower, with nothing on the log but what the test has put there. */
    void awaitConsumedInSilence() throws Exception {
        awaitConsumed(sent -> {});
    }

    private void awaitConsumed(Consumer<Set<TopicPartition>> meanwhile) throws Exception {
        try (var admin = Admin.create(connection.clientProperties())) {
            var ends = updateEnds(admin);
            ends.values().removeIf(end -> end == 0);
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                meanwhile.accept(ends.keySet());
                                var committed =
                                        admin.listConsumerGroupOffsets(settings().name())
                                                .partitionsToOffsetAndMetadata()
                                                .get();
                                return ends.entrySet().stream()
                                        .allMatch(
                                                end ->
                                                        isRead(
                                                                committed.get(end.getKey()),
                                                                end.getValue()));
                            });
        }
    }

    /** The last offset of a partition is the mark of a transaction's end, which nobody reads. */
    private static boolean isRead(@Nullable OffsetAndMetadata committed, long end) {
        return committed != null && committed.offset() >= end - 1;
    }

    private Map<TopicPartition, Long> updateEnds(Admin admin) throws Exception {
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        Set<String> names = admin.listTopics().names().get();
        for (var name : names) {
            if (topics.siloOf(name).isPresent()) {
                int partitions =
                        admin.describeTopics(List.of(name))
                                .allTopicNames()
                                .get()
                                .get(name)
                                .partitions()
                                .size();
                for (int p = 0; p < partitions; p++) {
                    latest.put(new TopicPartition(name, p), OffsetSpec.latest());
                }
            }
        }
        var ends = new HashMap<TopicPartition, Long>();
        admin.listOffsets(latest)
                .all()
                .get()
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    private <T extends Record> List<T> read(String topic, Class<T> type) {
        var config = connection.clientConfig();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        var found = new ArrayList<T>();
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
                    found.add(type.cast(Wire.decode(record.value())));
                }
            }
        } catch (MalformedRecordException e) {
            throw new AssertionError("the job wrote a record that cannot be read", e);
        }
        return found;
    }

    @Override
    public void close() throws Exception {
        if (job != null) {
            assertThat(stopJob()).isNotEmpty();
        }
        follower.close();
    }
}
