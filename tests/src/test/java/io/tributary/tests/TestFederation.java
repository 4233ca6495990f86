package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
import io.tributary.aggregation.replay.VersionReplay;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.ControlAnswers;
import io.tributary.kafka.client.ControlLog;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.flink.CheckpointedPartitions;
import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * One federation on a shared cluster: its topics, its genesis, its job, and an outsider's view of
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
    private final List<String> silos;
    private final FederationFollower follower;
    private final Map<String, String> options = new TreeMap<>();

    private @Nullable JobID job;

    private TestFederation(
            KafkaConnection connection,
            LocalCluster cluster,
            FederationTopics topics,
            Collection<String> silos) {
        this.connection = connection;
        this.cluster = cluster;
        this.topics = topics;
        this.silos = List.copyOf(silos);
        this.follower = FederationFollower.all(connection, topics);
        options.put("kafka.bootstrap-servers", connection.bootstrapServers());
        options.put("kafka.discovery-interval", "1 s");
        options.put("federation.name", topics.federation());
        options.put("round.min-silos", String.valueOf(silos.size()));
        options.put("round.silence", "1 h");
        options.put("round.grace", "1 h");
        options.put("round.upload-timeout", "1 min");
        options.put("local.solver", "sgd");
        // A checkpoint looks at every key group of every state, used or not: more often, and two
        // cores do little else.
        options.put("job.checkpoint-interval", "250 ms");
    }

    /** A federation with the topics of these silos. */
    static TestFederation create(TestCluster cluster, Collection<String> silos) {
        return create(cluster.broker().connection(), cluster, silos);
    }

    /** A federation whose writers name schemas by the numbers of a registry. */
    static TestFederation create(
            TestCluster cluster, RegistryConnection registry, Collection<String> silos) {
        var broker = cluster.broker().connection();
        var connection =
                new KafkaConnection(broker.bootstrapServers(), broker.security(), registry);
        return create(connection, cluster, silos)
                .with("kafka.schema-registry.url", registry)
                .with("kafka.schema-registry.write", registry.writes())
                .with("kafka.schema-registry.subjects", registry.subjects())
                .with("kafka.schema-registry.auto-register", registry.autoRegister());
    }

    private static TestFederation create(
            KafkaConnection connection, TestCluster cluster, Collection<String> silos) {
        var topics = new FederationTopics("test" + COUNT.incrementAndGet());
        create(connection, topics, silos);
        return new TestFederation(connection, cluster.flink(), topics, silos);
    }

    private static void create(
            KafkaConnection connection, FederationTopics topics, Collection<String> silos) {
        var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(connection, PATIENCE)) {
            assertThat(admin.create(catalogue.all(silos))).isNotEmpty();
        }
    }

    /** A federation whose topics are on the log already. */
    static TestFederation existing(TestCluster cluster, String name, Collection<String> silos) {
        return new TestFederation(
                cluster.broker().connection(), cluster.flink(), new FederationTopics(name), silos);
    }

    /** A region of this federation, behind a relay that is one of its silos. */
    TestFederation region(String relay, Collection<String> silos) {
        var parent = topics.federation();
        var region = new FederationTopics("test" + COUNT.incrementAndGet(), parent);
        with("federation.relays." + relay, silos.size());
        create(connection, region, silos);
        return new TestFederation(connection, cluster, region, silos)
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

    /** Publishes version 0, all zeros. */
    ModelVersion genesis(ModelLayout layout) {
        var genesis = new Genesis(MODEL, 0, -1, "{}", "bytes", Codec.F32, 0);
        return new GenesisWriter(connection, topics, PATIENCE)
                .write(genesis, ParameterBuffer.allocate(layout));
    }

    /** Publishes version 0, starts the job, and lets all silos join; returns the version. */
    ModelVersion begin(ModelLayout layout) throws Exception {
        var genesis = genesis(layout);
        startJob();
        join();
        return genesis;
    }

    /** All silos give a sign of life. */
    void join() {
        join(silos);
    }

    void join(Collection<String> joining) {
        joining.forEach(silo -> silo(silo).join());
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

    /** What made the job fail last; empty if it has not failed. */
    String failure() throws Exception {
        var failure = cluster.miniCluster().getExecutionGraph(job).get().getFailureInfo();
        return failure == null ? "" : failure.getExceptionAsString();
    }

    TestSilo silo(String id) {
        return new TestSilo(this, id);
    }

    /**
     * Waits until the newest plan is this round's.
     *
     * @throws IllegalStateException if a later round has been planned: it never will be again
     */
    RoundPlan awaitPlan(int round) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            follower.poll(Duration.ofMillis(20));
                            int newest = follower.newestPlan(MODEL).map(RoundPlan::round).orElse(0);
                            if (newest > round) {
                                throw new IllegalStateException(
                                        "round %s is past: %s".formatted(round, newest()));
                            }
                            assertThat(newest).as(this::newest).isEqualTo(round);
                        });
        return follower.newestPlan(MODEL).orElseThrow();
    }

    ModelVersion awaitVersion(int version) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            follower.poll(Duration.ofMillis(20));
                            assertThat(follower.versions(MODEL))
                                    .as(this::newest)
                                    .containsKey(version);
                        });
        return follower.version(MODEL, version).orElseThrow();
    }

    /** How far the federation has come, for a message. */
    private String newest() {
        return "%s: newest version %s, newest plan %s, last outcome %s"
                .formatted(
                        topics.federation(),
                        follower.newestVersion(MODEL)
                                .map(version -> String.valueOf(version.version()))
                                .orElse("none"),
                        follower.newestPlan(MODEL)
                                .map(plan -> plan.round() + " for " + silos(plan))
                                .orElse("none"),
                        follower.newestOutcome(MODEL)
                                .map(
                                        last ->
                                                "%s of round %s (%s)"
                                                        .formatted(
                                                                last.status(),
                                                                last.round(),
                                                                last.reason()))
                                .orElse("none"));
    }

    private static List<String> silos(RoundPlan plan) {
        return plan.silos().stream().map(SiloAssignment::silo).toList();
    }

    /**
     * Makes a version of drawn updates.
     *
     * @param from the version before it
     * @param uploading in the order in which their updates come
     */
    ModelVersion train(int round, ModelVersion from, Collection<String> uploading)
            throws Exception {
        upload(awaitPlan(round), from, uploading);
        return awaitVersion(round);
    }

    /** These silos upload a drawn update of a round that starts from this version. */
    void upload(RoundPlan plan, ModelVersion from, Collection<String> uploading) throws Exception {
        var global = parameters(from);
        uploading.forEach(silo -> silo(silo).uploadDrawnUpdate(plan, global));
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

    /**
     * Derives versions again from the log.
     *
     * @param secret of the noise; null if there is none
     */
    VersionReplay replay(@Nullable String secret) {
        return new VersionReplay(
                connection,
                topics,
                MODEL,
                new NoiseSettings(secret, 1e-5).source(MODEL),
                PATIENCE,
                (version, pass, done, chunks) -> {});
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

    /** Waits until the job has taken in, and checkpointed, all that silos have sent so far. */
    void awaitConsumed() throws Exception {
        var ends = updateEnds();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(unread(ends, checkpointedPositions()))
                                        .as("what no checkpoint of %s has read", ends)
                                        .isEmpty());
    }

    private static Set<TopicPartition> unread(
            Map<TopicPartition, Long> ends, Map<TopicPartition, Long> positions) {
        return ends.keySet().stream()
                .filter(p -> positions.getOrDefault(p, 0L) < ends.get(p))
                .collect(Collectors.toSet());
    }

    /**
     * Behind the last committed record of each partition that has one. The log ends later: the mark
     * of a transaction's end has an offset, and nobody reads it.
     */
    private Map<TopicPartition, Long> updateEnds() throws Exception {
        Set<String> names;
        try (var admin = Admin.create(connection.clientProperties())) {
            names = admin.listTopics().names().get();
        }
        var ends = new HashMap<TopicPartition, Long>();
        for (var record : records(names.stream().filter(this::isOfSilo).toList())) {
            var partition = new TopicPartition(record.topic(), record.partition());
            ends.merge(partition, record.offset() + 1, Math::max);
        }
        return ends;
    }

    private boolean isOfSilo(String topic) {
        return topics.siloOf(topic).isPresent();
    }

    /** Where the job's newest checkpoint goes on reading; nothing if there is none to be read. */
    private Map<TopicPartition, Long> checkpointedPositions() throws IOException {
        var newest = cluster.newestCheckpoint(job);
        if (newest.isEmpty()) {
            return Map.of();
        }
        try {
            return CheckpointedPartitions.read(newest.get()).positions();
        } catch (IOException e) {
            if (cluster.newestCheckpoint(job).equals(newest)) {
                throw e;
            }
            return Map.of(); // the next one has taken its place meanwhile
        }
    }

    /** What a silo has shown of itself so far. */
    List<SiloPresence> presence(String silo) {
        return read(topics.updates(silo), Record.class).stream()
                .filter(SiloPresence.class::isInstance)
                .map(SiloPresence.class::cast)
                .toList();
    }

    private <T extends Record> List<T> read(String topic, Class<T> type) {
        var found = new ArrayList<T>();
        try {
            for (var record : records(List.of(topic))) {
                var value = ByteBuffer.wrap(record.value());
                var decoded = Wire.decode(value, null, connection.schemaIds(), record.topic());
                found.add(type.cast(decoded));
            }
        } catch (MalformedRecordException e) {
            throw new AssertionError("the job wrote a record that cannot be read", e);
        }
        return found;
    }

    /** Every committed record of these topics; each partition's in log order. */
    List<ConsumerRecord<byte[], byte[]>> records(List<String> names) {
        var config = connection.clientConfig();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    names.stream()
                            .flatMap(name -> consumer.partitionsFor(name).stream())
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(PATIENCE).forEach(found::add);
            }
        }
        return found;
    }

    @Override
    public void close() throws Exception {
        try {
            if (job != null) {
                assertThat(stopJob()).isNotEmpty();
            }
        } finally {
            follower.close();
        }
    }
}
