package io.tributary.kafka.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.Settled;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every test has a federation of its own. */
class JobLagITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MODEL = "main";

    @TempDir static Path directory;
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aJobThatHasNeverCommittedHasNoLag() {
        var topics = federation("none", "acme");
        upload(topics, "acme", 3);

        try (var lag = lag(topics)) {
            assertThat(lag.bySilo(MODEL)).isEmpty();
        }
    }

    @Test
    void whatIsCommittedAndNotReadCountsForItsSiloAndEndMarksDoNot() throws Exception {
        var topics = federation("counted", "acme", "bolt", "idle");
        upload(topics, "acme", 5);
        upload(topics, "bolt", 2);
        commit(topics, "acme", 2);

        try (var lag = lag(topics)) {
            assertThat(lag.bySilo(MODEL)).contains(records("acme", 3, "bolt", 2, "idle", 0));

            commit(topics, "acme", 5); // behind it there is the mark of the transaction's end
            assertThat(lag.bySilo(MODEL)).contains(records("acme", 0, "bolt", 2, "idle", 0));
            assertThat(lag.bySilo("other")).as("another model's job").isEmpty();
        }
    }

    @Test
    void anUploadThatIsUnderWayIsNobodysLag() throws Exception {
        var topics = federation("open", "acme");
        upload(topics, "acme", 4);
        commit(topics, "acme", 4);

        try (var lag = lag(topics);
                var producer = producer("open.acme.updates")) {
            producer.beginTransaction();
            assertThat(producer.send(record(topics, "acme")).get()).isNotNull();

            assertThat(lag.bySilo(MODEL)).contains(records("acme", 0));

            producer.commitTransaction();
            // The mark between the two uploads is counted, the one at the end is not.
            assertThat(lag.bySilo(MODEL)).contains(records("acme", 2));
        }
    }

    /** The job is given none of it, and so stands where it was. */
    @Test
    void anAbortedUploadCountsUntilACommittedOneBehindItIsRead() throws Exception {
        var topics = federation("aborted", "acme");
        upload(topics, "acme", 4);
        commit(topics, "acme", 4);
        try (var lag = lag(topics);
                var producer = producer("aborted.acme.doctor")) {
            producer.beginTransaction();
            for (int i = 0; i < 3; i++) {
                assertThat(producer.send(record(topics, "acme")).get()).isNotNull();
            }
            producer.abortTransaction();
            Settled.await(broker.connection(), topics.updates("acme"));
            // Three records, and the mark before them.
            assertThat(lag.bySilo(MODEL)).contains(records("acme", 4));

            upload(topics, "acme", 2);
            Settled.await(broker.connection(), topics.updates("acme"));
            assertThat(lag.bySilo(MODEL)).contains(records("acme", 7));
            commit(topics, "acme", 11);
            assertThat(lag.bySilo(MODEL)).contains(records("acme", 0));
        }
    }

    @Test
    void signsOfLifeAreNotCounted() throws Exception {
        var topics = federation("alive", "acme");
        upload(topics, "acme", 1);
        commit(topics, "acme", 1);
        try (var producer = producer("alive.presence")) {
            producer.beginTransaction();
            for (int i = 0; i < 9; i++) {
                var sign = new ProducerRecord<byte[], byte[]>(topics.updates("acme"), 0, null, X);
                assertThat(producer.send(sign).get()).isNotNull();
            }
            producer.commitTransaction();
        }

        try (var lag = lag(topics)) {
            assertThat(lag.bySilo(MODEL)).contains(records("acme", 0));
        }
    }

    private static final byte[] X = "x".getBytes(StandardCharsets.UTF_8);

    private static SortedMap<String, Long> records(Object... silosAndCounts) {
        var records = new TreeMap<String, Long>();
        for (int i = 0; i < silosAndCounts.length; i += 2) {
            records.put((String) silosAndCounts[i], (long) (int) silosAndCounts[i + 1]);
        }
        return records;
    }

    private static JobLag lag(FederationTopics topics) {
        return new JobLag(broker.connection(), topics, PATIENCE);
    }

    private static FederationTopics federation(String name, String... silos) {
        var topics = new FederationTopics(name);
        var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(broker.connection(), PATIENCE)) {
            assertThat(admin.create(catalogue.all(List.of(silos)))).isNotEmpty();
        }
        return topics;
    }

    /** Writes records to the manifest's partition, in one transaction. */
    private static void upload(FederationTopics topics, String silo, int count) {
        try (var producer = producer(topics.federation() + "." + silo + ".updates")) {
            producer.beginTransaction();
            for (int i = 0; i < count; i++) {
                var unused = producer.send(record(topics, silo));
            }
            producer.commitTransaction();
        }
    }

    private static ProducerRecord<byte[], byte[]> record(FederationTopics topics, String silo) {
        return new ProducerRecord<>(
                topics.updates(silo), FederationTopics.MANIFEST_PARTITION, null, X);
    }

    private static KafkaProducer<byte[], byte[]> producer(String transactionalId) {
        var config = broker.connection().clientConfig();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    /** What the job does when a checkpoint completes. */
    private static void commit(FederationTopics topics, String silo, long offset) throws Exception {
        var partition =
                new TopicPartition(topics.updates(silo), FederationTopics.MANIFEST_PARTITION);
        try (var admin = Admin.create(broker.connection().adminConfig(PATIENCE))) {
            admin.alterConsumerGroupOffsets(
                            topics.job(MODEL), Map.of(partition, new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }
}
