package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.cli.watch.FederationObserver;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.kafka.topics.TopicSpec;
import io.tributary.schemas.model.ModelVersion;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.mirror.MirrorMaker;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Silos on one cluster, the job on another, and MirrorMaker between them, as {@code
 * docker/PRODUCTION.md} describes it: updates arrive under the alias of the silos' cluster, plans
 * and versions go back by their own names. The models are those of a federation on one cluster.
 */
@TestInstance(Lifecycle.PER_CLASS)
class MirroredFederationITCase {

    private static final String NAME = "news";
    private static final List<String> SILOS = List.of("ash", "birch");
    private static final int ROUNDS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Path PAGE = Path.of("../docker/PRODUCTION.md");
    private static final Pattern SETTINGS =
            Pattern.compile("```properties\\n(# mm2\\.properties\\n.*?)```", Pattern.DOTALL);

    /** The job's cluster, with Flink; and the silos'. */
    @AutoClose private TestCluster us;

    @AutoClose private EmbeddedBroker eu;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        us = TestCluster.start(work.resolve("us"), 1, 2, 2);
        eu = EmbeddedBroker.start(work.resolve("eu"));
    }

    @Test
    void renamedTopicsAreTheirSilosAndWhatIsCopiedTwiceCountsOnce() throws Exception {
        var undisturbed = onOneCluster();
        var topics = new FederationTopics(NAME);
        var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
        create(us.broker(), withAlias(catalogue));
        create(eu, catalogue.all(SILOS));
        var mirror = new MirrorMaker(mirrorConfig());
        mirror.start();
        try (var job = TestFederation.existing(us, NAME, SILOS).with("federation.rounds", ROUNDS);
                var silos = TestFederation.existing(new TestCluster(eu, us.flink()), NAME, SILOS)) {
            assertThat(run(job, silos)).isEqualTo(undisturbed);

            assertThat(job.rejected())
                    .extracting(rejected -> rejected.reason().name())
                    .containsOnly("DUPLICATE");
            assertThat(job.replay(null).replay(2).isSame()).isTrue();
            assertBothSilosAreSeen(topics);
        } finally {
            mirror.stop();
            mirror.awaitStop();
        }
    }

    /** Returns the digest of the last version. */
    private String run(TestFederation job, TestFederation silos) throws Exception {
        var version = job.genesis(TestLayouts.elevenChunks());
        job.startJob();
        silos.join();
        for (int round = 1; round <= ROUNDS; round++) {
            var plan = silos.awaitPlan(round);
            var global = silos.parameters(silos.awaitVersion(round - 1));
            silos.silo("birch").uploadDrawnUpdate(plan, global);
            if (round == 2) {
                awaitCopied("birch");
                job.awaitConsumed();
                job.startJob(job.stopJob()); // rows that were added are read again
            }
            if (round == 3) {
                copyAgain(awaitCopied("birch"));
            }
            silos.silo("ash").uploadDrawnUpdate(plan, global);
            version = job.awaitVersion(round);
        }
        return version.digest();
    }

    /** The same federation without a mirror. */
    private String onOneCluster() throws Exception {
        try (var federation = TestFederation.create(us, SILOS).with("federation.rounds", ROUNDS)) {
            ModelVersion version = federation.begin(TestLayouts.elevenChunks());
            for (int round = 1; round <= ROUNDS; round++) {
                var plan = federation.awaitPlan(round);
                var global = federation.parameters(version);
                for (var silo : SILOS) {
                    federation.silo(silo).uploadDrawnUpdate(plan, global);
                }
                version = federation.awaitVersion(round);
            }
            return version.digest();
        }
    }

    private void assertBothSilosAreSeen(FederationTopics topics) {
        try (var observer =
                FederationObserver.all(us.broker().connection(), topics, Clock.systemUTC())) {
            observer.catchUp(PATIENCE);
            assertThat(observer.snapshot(TestFederation.MODEL).silos())
                    .extracting(silo -> silo.silo())
                    .containsExactlyElementsOf(SILOS);
        }
    }

    private static void create(EmbeddedBroker broker, List<TopicSpec> specs) {
        try (var admin = new TopicAdmin(broker.connection(), PATIENCE)) {
            assertThat(admin.create(specs)).hasSize(specs.size());
        }
    }

    /** The topics that all share, and those of the silos as MirrorMaker will call them. */
    private static List<TopicSpec> withAlias(TopicCatalogue catalogue) {
        var specs = new ArrayList<>(catalogue.shared());
        for (var silo : SILOS) {
            var spec = catalogue.updates(silo);
            specs.add(
                    new TopicSpec(
                            "eu." + spec.name(),
                            spec.partitions(),
                            spec.replicationFactor(),
                            spec.config()));
        }
        return specs;
    }

    /** What the page says, for two clusters of one broker each. */
    private Map<String, String> mirrorConfig() throws IOException {
        var block = SETTINGS.matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        var properties = new Properties();
        properties.load(new StringReader(block.group(1)));
        var config = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(k -> config.put(k, properties.getProperty(k)));
        config.put("eu.bootstrap.servers", eu.bootstrapServers());
        config.put("us.bootstrap.servers", us.broker().bootstrapServers());
        config.put("refresh.topics.interval.seconds", "1");
        config.put("replication.factor", "1");
        for (var topic : List.of("checkpoints", "heartbeats", "offset-syncs")) {
            config.put(topic + ".topic.replication.factor", "1");
        }
        for (var topic : List.of("config", "offset", "status")) {
            config.put(topic + ".storage.replication.factor", "1");
        }
        config.put("offset.storage.partitions", "1");
        config.put("status.storage.partitions", "1");
        return config;
    }

    /** Waits until the copy has every committed record of the silo's topic, and returns them. */
    private List<ConsumerRecord<byte[], byte[]>> awaitCopied(String silo) {
        var own = NAME + ".updates." + silo;
        var copy = "eu." + own;
        int records = committed(eu, own).size();
        await().atMost(PATIENCE).until(() -> committed(us.broker(), copy).size() >= records);
        return committed(us.broker(), copy);
    }

    /** What MirrorMaker does once more when it fails before it has noted how far it was. */
    private void copyAgain(List<ConsumerRecord<byte[], byte[]>> records) {
        try (var producer =
                new KafkaProducer<>(
                        us.broker().connection().clientConfig(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (var record : records) {
                var unused =
                        producer.send(
                                new ProducerRecord<>(
                                        record.topic(),
                                        record.partition(),
                                        record.key(),
                                        record.value(),
                                        record.headers()));
            }
            producer.flush();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> committed(
            EmbeddedBroker broker, String topic) {
        var config = broker.connection().clientConfig();
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "earliest");
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }
}
