package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.Samples;
import io.tributary.kafka.Settled;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelReplicaITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(600);
    private static final FederationTopics TOPICS = new FederationTopics("demo");
    private static final FederationRecords RECORDS = new FederationRecords(TOPICS);
    private static final AtomicInteger LINES = new AtomicInteger();

    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static KafkaConnection connection;
    private static KafkaProducer<byte[], byte[]> job;

    /** Every test has its own model line on the shared topics. */
    private final String model = "line-" + LINES.incrementAndGet();

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
        connection = broker.connection();
        var catalogue = new TopicCatalogue(TOPICS, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(connection, TIMEOUT)) {
            assertThat(admin.create(catalogue.shared())).isNotEmpty();
        }
        job = Producers.transactional(connection, "demo.job.test", TIMEOUT);
    }

    @AfterAll
    static void stop() {
        job.close();
        broker.close();
    }

    @Test
    void aGenesisIsWrittenOnceAndReadBack() throws Exception {
        var writer = new GenesisWriter(connection, TOPICS, TIMEOUT);
        var genesis = new Genesis(model, 0, -1, "{\"n\":1}", "bytes", Codec.BF16, 0);
        var published = writer.write(genesis, Samples.model(1));
        Settled.await(connection, TOPICS.genesis(), TOPICS.versions());
        assertThatThrownBy(() -> writer.write(genesis, Samples.model(2)))
                .isInstanceOf(VersionExistsException.class)
                .hasMessageContaining("Use version 1");

        var read = onlyVersion();
        assertThat(read).usingRecursiveComparison().isEqualTo(published);
        assertThat(read.chunksSinceMillis()).isPositive();
        try (var replica = ModelReplica.open(connection, TOPICS, model)) {
            assertThat(replica.download(read, TIMEOUT).chunks()).isEqualTo(5);
            assertThat(replica.version()).isZero();
            var expected = Samples.values(Samples.model(1));
            var actual = Samples.values(replica.parameters());
            for (int j = 0; j < expected.length; j++) {
                assertThat(actual[j]).isCloseTo(expected[j], byBf16(expected[j]));
            }
        }
    }

    @Test
    void aSeedContinuesALine() throws Exception {
        var writer = new GenesisWriter(connection, TOPICS, TIMEOUT);
        var genesis = new Genesis(model, 0, -1, "{}", "bytes", Codec.F32, 0);
        assertThat(writer.write(genesis, Samples.model(1))).isNotNull();
        var seed =
                writer.write(new Genesis(model, 4, 2, "{}", "b", Codec.F32, 9), Samples.model(4));
        try (var replica = ModelReplica.open(connection, TOPICS, model)) {
            assertThat(replica.download(seed, TIMEOUT).chunks()).isEqualTo(5);
            assertHolds(replica, 4);
        }
        Settled.await(connection, TOPICS.versions());
        assertThat(newest()).get().satisfies(f -> assertThat(f.version().version()).isEqualTo(4));
    }

    @Test
    void onlyNewerChunksAreTaken() throws Exception {
        var first = Samples.chunks(model, 1, 1);
        var second = new ArrayList<>(first);
        second.set(2, Samples.chunk(model, 2, 2, 0, 2));
        second.set(4, Samples.chunk(model, 2, 4, 0, 2));
        publish(first, Samples.version(model, 1, first, 0));
        publish(List.of(second.get(2), second.get(4)), Samples.version(model, 2, second, 0));
        var third = Samples.chunks(model, 3, 3);
        publish(third, Samples.version(model, 3, third, 0));

        try (var replica = ModelReplica.open(connection, TOPICS, model)) {
            assertThat(replica.download(Samples.version(model, 1, first, 0), TIMEOUT).chunks())
                    .isEqualTo(5);
            assertHolds(replica, 1);
            var update = replica.download(Samples.version(model, 2, second, 0), TIMEOUT);
            assertThat(update.chunks()).isEqualTo(2);
            assertThat(update.bytes()).isEqualTo(4L * (4 + 2));
            var mixed = Samples.values(replica.parameters());
            var old = Samples.values(Samples.model(1));
            var young = Samples.values(Samples.model(2));
            for (var span : Samples.LAYOUT.chunks()) {
                boolean isNew = span.chunk() == 2 || span.chunk() == 4;
                for (int j = 0; j < span.elements(); j++) {
                    int at = (int) span.offset() + j;
                    assertThat(mixed[at]).isEqualTo(isNew ? young[at] : old[at]);
                }
            }
            assertThat(replica.download(Samples.version(model, 2, second, 0), TIMEOUT).chunks())
                    .isZero();
            // Its chunks were in the log, and passed over, while version 1 was read.
            assertThat(replica.download(Samples.version(model, 3, third, 0), TIMEOUT).chunks())
                    .isEqualTo(5);
            assertHolds(replica, 3);
            assertThat(replica.download(Samples.version(model, 1, first, 0), TIMEOUT).chunks())
                    .isEqualTo(5);
            assertHolds(replica, 1);
        }
    }

    @Test
    void aMissingChunkIsNamedAndWaitedFor() throws Exception {
        var chunks = Samples.chunks(model, 1, 1);
        var version = Samples.version(model, 1, chunks, 0);
        publish(chunks.subList(0, 3), version);
        try (var replica = ModelReplica.open(connection, TOPICS, model)) {
            assertThatThrownBy(() -> replica.download(version, SHORT))
                    .isInstanceOfSatisfying(
                            IncompleteVersionException.class,
                            e -> assertThat(e.missingChunks()).containsExactly(3, 4))
                    .hasMessageContaining("lacks 2 of its 5 chunks")
                    .hasMessageContaining("(3, 4)");
            assertThat(replica.version()).isEqualTo(-1);
            assertThatThrownBy(replica::parameters).isInstanceOf(IllegalStateException.class);
            assertThat(newest()).isEmpty();

            publish(chunks.subList(3, 5), version);
            assertThat(replica.download(version, TIMEOUT).chunks()).isEqualTo(5);
            assertHolds(replica, 1);
            assertThat(newest()).isPresent();
        }
    }

    @Test
    void aChunkWithAnotherChecksumIsIgnored() throws Exception {
        var chunks = Samples.chunks(model, 1, 1);
        var stale = Samples.chunk(model, 1, 0, 0, 99);
        publish(List.of(stale), null);
        publish(chunks, Samples.version(model, 1, chunks, 0));
        publish(List.of(stale), null);
        try (var replica = ModelReplica.open(connection, TOPICS, model)) {
            assertThat(replica.download(onlyVersion(), TIMEOUT).chunks()).isEqualTo(5);
            assertHolds(replica, 1);
        }
    }

    @Test
    void whatWasNotCommittedIsNotThere() {
        var chunks = Samples.chunks(model, 1, 1);
        job.beginTransaction();
        chunks.forEach(chunk -> await(RECORDS.model(chunk, 4)));
        await(RECORDS.version(Samples.version(model, 1, chunks, 0)));
        job.abortTransaction();
        assertThat(newest()).isEmpty();
    }

    @Test
    void theNewestVersionWhoseChunksAreAllThereCounts() {
        var first = Samples.chunks(model, 1, 1);
        var second = Samples.chunks(model, 2, 2);
        publish(first, Samples.version(model, 1, first, 0));
        publish(second.subList(1, 5), Samples.version(model, 2, second, 0));
        publishPlan(Samples.plan(model, 2, "acme"));
        assertThat(newest())
                .get()
                .satisfies(
                        found -> {
                            assertThat(found.version().version()).isEqualTo(1);
                            assertThat(found.moments()).isTrue();
                            assertThat(found.openPlan()).isNotNull();
                        });
    }

    /** Where rounds overlap, one is planned before the version that the round before it makes. */
    @Test
    void theOpenPlanIsTheNewestOfTheNextRoundWhateverItStartsFrom() {
        var chunks = Samples.chunks(model, 2, 1);
        publish(chunks, Samples.made(Samples.version(model, 2, chunks, 0), "acme"));
        assertThat(newest()).get().satisfies(found -> assertThat(found.openPlan()).isNull());
        publishPlan(Samples.plan(model, 3, 1, "acme"));
        var again = Samples.plan(model, 3, 1, "acme", "globex");
        publishPlan(again);
        publishPlan(Samples.plan(model, 4, 2, "acme"));
        assertThat(newest())
                .get()
                .satisfies(found -> assertThat(found.openPlan()).isEqualTo(again));
    }

    @Test
    void aPlanFromBeforeAVersionWasGivenIsNotItsOpenPlan() {
        publishPlan(Samples.plan(model, 3, 1, "acme"));
        var chunks = Samples.chunks(model, 2, 1);
        publish(chunks, Samples.version(model, 2, chunks, 0));
        assertThat(newest()).get().satisfies(found -> assertThat(found.openPlan()).isNull());
        var plan = Samples.plan(model, 3, 2, "acme");
        publishPlan(plan);
        assertThat(newest()).get().satisfies(found -> assertThat(found.openPlan()).isEqualTo(plan));
    }

    @Test
    void momentsComeWithASnapshotWhenAskedFor() throws Exception {
        var chunks = Samples.chunks(model, 1, 1);
        var version = Samples.version(model, 1, chunks, 1);
        publish(chunks, version);
        assertThat(newest()).get().satisfies(found -> assertThat(found.moments()).isFalse());
        var moments = new ArrayList<ModelChunk>();
        for (int c = 0; c < 5; c++) {
            moments.add(Samples.chunk(model, 1, c, 1, 50));
        }
        publish(moments, null);
        assertThat(newest()).get().satisfies(found -> assertThat(found.moments()).isTrue());
        var target = ParameterBuffer.allocate(Samples.LAYOUT);
        try (var replica = ModelReplica.open(connection, TOPICS, model)) {
            assertThat(replica.download(version, List.of(target), TIMEOUT).chunks()).isEqualTo(10);
            assertHolds(replica, 1);
            assertThat(Samples.values(target)).isEqualTo(Samples.values(Samples.model(50)));
            var twoMoments = List.of(target, target);
            assertThatThrownBy(() -> replica.download(version, twoMoments, TIMEOUT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 1 moments per chunk");
        }
    }

    /** Whether a version is still there is known without reading any chunk. */
    @Test
    void whatRetentionHasTakenIsGoneAndWhatWasGivenStays() throws Exception {
        var topics = new FederationTopics("short-lived");
        try (var admin = new TopicAdmin(connection, TIMEOUT)) {
            var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
            assertThat(admin.create(catalogue.shared())).isNotEmpty();
        }
        var genesis =
                new GenesisWriter(connection, topics, TIMEOUT)
                        .write(
                                new Genesis(model, 0, -1, "{}", "bytes", Codec.F32, 0),
                                Samples.model(1));
        var chunks = Samples.chunks(model, 1, 1);
        var version = Samples.version(model, 1, chunks, 0);
        var versions = new VersionChunks(connection, topics, TIMEOUT);
        assertThat(versions.isRetained(version)).isTrue();

        var records = new FederationRecords(topics);
        publish(records, chunks);
        forget(topics.models());

        assertThat(versions.isRetained(version)).isFalse();
        assertThat(versions.isRetained(genesis)).isTrue();

        publish(records, chunks);
        long later = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
        assertThat(versions.isRetained(Samples.version(model, 1, chunks, 0, later))).isTrue();
    }

    private static void publish(FederationRecords records, List<ModelChunk> chunks) {
        job.beginTransaction();
        chunks.forEach(chunk -> await(records.model(chunk, 4)));
        job.commitTransaction();
    }

    private static void forget(String topic) throws Exception {
        var all = new HashMap<TopicPartition, RecordsToDelete>();
        job.partitionsFor(topic)
                .forEach(
                        p ->
                                all.put(
                                        new TopicPartition(topic, p.partition()),
                                        RecordsToDelete.beforeOffset(-1)));
        try (var admin = Admin.create(connection.clientProperties())) {
            admin.deleteRecords(all).all().get();
        }
    }

    @Test
    void aFollowerStartsAtTheNewestPlanAndTails() {
        publishPlan(Samples.plan(model, 1, "acme"));
        publishPlan(Samples.plan(model, 2, "acme"));
        publishPlan(Samples.plan("another", 7, "acme"));
        try (var follower = FederationFollower.newest(connection, TOPICS, model)) {
            assertThat(follower.newestPlan(model)).isEmpty();
            assertThat(follower.catchUp(TIMEOUT)).isNotEmpty();
            assertThat(follower.newestPlan(model)).get().extracting(RoundPlan::round).isEqualTo(2);
            assertThat(follower.newestPlanMillis(model)).isPositive();
            assertThat(follower.newestPlan("another")).isEmpty();
            publishPlan(Samples.plan(model, 3, "acme", "globex"));
            assertThat(follower.catchUp(TIMEOUT))
                    .singleElement()
                    .satisfies(
                            entry ->
                                    assertThat(entry.record())
                                            .isEqualTo(Samples.plan(model, 3, "acme", "globex")));
        }
    }

    private Optional<CompleteVersions.Found> newest() {
        return new CompleteVersions(connection, TOPICS, TIMEOUT).newest(model);
    }

    private ModelVersion onlyVersion() {
        try (var follower = FederationFollower.all(connection, TOPICS)) {
            assertThat(follower.catchUp(TIMEOUT)).isNotEmpty();
            assertThat(follower.versions(model)).hasSize(1);
            return follower.newestVersion(model).orElseThrow();
        }
    }

    private static void assertHolds(ModelReplica replica, long seed) {
        assertThat(Samples.values(replica.parameters()))
                .isEqualTo(Samples.values(Samples.model(seed)));
    }

    private static void publish(List<ModelChunk> chunks, ModelVersion version) {
        job.beginTransaction();
        chunks.forEach(chunk -> await(RECORDS.model(chunk, 4)));
        if (version != null) {
            await(RECORDS.version(version));
        }
        job.commitTransaction();
        Settled.await(connection, TOPICS.models(), TOPICS.versions());
    }

    private static void publishPlan(RoundPlan plan) {
        job.beginTransaction();
        await(RECORDS.round(plan));
        job.commitTransaction();
        Settled.await(connection, TOPICS.rounds());
    }

    private static void await(ProducerRecord<byte[], byte[]> record) {
        assertThat(Producers.await(job.send(record)).hasOffset()).isTrue();
    }

    private static Offset<Float> byBf16(float value) {
        return within(Math.abs(value) / 128);
    }
}
