package io.tributary.kafka.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every test has a federation of its own; what else is open on the broker must not show. */
class TransactionAdminITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(10);

    /** The broker looks for expired transactions every 10 s. */
    private static final Duration CLEANUP = Duration.ofSeconds(10);

    @TempDir static Path directory;
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory.resolve("shared"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void anOpenTransactionHoldsReadersBackUntilItIsAborted() {
        var topics = federation(broker, "aborted");
        var partition = new TopicPartition(topics.updates("acme"), 1);
        try (var dying = transactional("aborted.acme.updates", LONG);
                var admin = admin(broker, topics)) {
            dying.beginTransaction();
            write(dying, partition, "half");
            write(dying, partition, "an update");
            plainly(broker, partition, "behind it");
            assertThat(readable(broker, partition)).isEmpty();

            var open = admin.open();

            assertThat(open).hasSize(1);
            var transaction = open.get(0);
            assertThat(transaction.transactionalId()).isEqualTo("aborted.acme.updates");
            assertThat(transaction.owner())
                    .isEqualTo(new TransactionOwner(TransactionOwner.Kind.SILO, "acme"));
            assertThat(transaction.state()).isEqualTo(OpenTransaction.State.ONGOING);
            assertThat(transaction.timeout()).isEqualTo(LONG);
            assertThat(transaction.started()).isBeforeOrEqualTo(transaction.lastWritten());
            assertThat(transaction.lastWritten()).isBeforeOrEqualTo(Instant.now());
            assertThat(transaction.partitions())
                    .containsExactly(new HeldPartition(partition.topic(), 1, 0, 0, 3));
            assertThat(transaction.partitions().get(0).isBlocked()).isTrue();

            assertThat(admin.abort(transaction)).isTrue();

            assertThat(readable(broker, partition)).containsExactly("behind it");
            assertThat(admin.open()).isEmpty();
            assertThatThrownBy(dying::commitTransaction).isInstanceOf(KafkaException.class);
            assertThat(readable(broker, partition)).containsExactly("behind it");
        }
    }

    @Test
    void withoutAnAbortReadersGoOnAfterTheTransactionsOwnTimeout() {
        var topics = federation(broker, "expired");
        var partition = new TopicPartition(topics.updates("acme"), 1);
        var timeout = Duration.ofSeconds(1);
        try (var dead = transactional("expired.acme.updates", timeout);
                var admin = admin(broker, topics)) {
            dead.beginTransaction();
            write(dead, partition, "half an update");
            plainly(broker, partition, "behind it");
            assertThat(readable(broker, partition)).isEmpty();

            await().atMost(timeout.plus(CLEANUP).plus(PATIENCE))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> admin.open().isEmpty());

            assertThat(readable(broker, partition)).containsExactly("behind it");
        }
    }

    @Test
    void ofTwoTransactionsOnAPartitionOneIsToldToBlock() {
        var topics = federation(broker, "two");
        var partition = new TopicPartition(topics.models(), 0);
        try (var first = transactional("two.main.aggregation.models.a", LONG);
                var second = transactional("two.main.aggregation.models.b", LONG);
                var admin = admin(broker, topics)) {
            first.beginTransaction();
            write(first, partition, "first");
            second.beginTransaction();
            write(second, partition, "second");

            assertThat(admin.open())
                    .extracting(open -> open.partitions().get(0).isBlocked())
                    .containsExactly(true, false);

            assertThat(admin.abort(admin.open().get(0))).isTrue();
            assertThat(admin.open())
                    .singleElement()
                    .satisfies(
                            open -> {
                                assertThat(open.transactionalId()).endsWith(".b");
                                assertThat(open.partitions().get(0).isBlocked()).isTrue();
                            });
            second.commitTransaction();
            assertThat(readable(broker, partition)).containsExactly("second");
        }
    }

    @Test
    void whatHasEndedByItselfAndWhatCameAfterItAreLeftAlone() {
        var topics = federation(broker, "ended");
        var partition = new TopicPartition(topics.updates("acme"), 1);
        try (var silo = transactional("ended.acme.updates", LONG);
                var admin = admin(broker, topics)) {
            silo.beginTransaction();
            write(silo, partition, "one");
            var one = admin.open().get(0);
            silo.commitTransaction();
            silo.beginTransaction();
            write(silo, partition, "two");

            assertThat(admin.abort(one)).isFalse();

            silo.commitTransaction();
            assertThat(readable(broker, partition)).containsExactly("one", "two");
        }
    }

    @Test
    void aRegionShowsItsOwnTransactionsAndNotThoseOfItsParent() {
        var news = federation(broker, "news");
        var north = new FederationTopics("north", "news");
        create(broker, north);
        try (var job = transactional("news.main.aggregation.models.a", LONG);
                var relay = transactional("north.main.relay.rounds.a", LONG);
                var admin = admin(broker, north)) {
            job.beginTransaction();
            write(job, new TopicPartition(news.models(), 0), "a version");
            relay.beginTransaction();
            write(relay, new TopicPartition(north.rounds(), 0), "a plan");

            assertThat(admin.open())
                    .extracting(OpenTransaction::owner)
                    .containsExactly(
                            new TransactionOwner(TransactionOwner.Kind.JOB, "main/rounds"));
        }
    }

    /** What a broker before transaction.version 2, or the loss of its coordinator's log, leaves. */
    @Test
    void aTransactionThatItsCoordinatorHasForgottenIsFoundAndAborted() throws Exception {
        var home = directory.resolve("forgetful");
        var topics = new FederationTopics("forgotten");
        var partition = new TopicPartition(topics.updates("acme"), 1);
        int port;
        try (var before = EmbeddedBroker.start(home)) {
            port = before.port();
            assertThat(federation(before, "forgotten")).isEqualTo(topics);
            try (var lost = transactional(before, "forgotten.acme.updates", LONG)) {
                lost.beginTransaction();
                write(lost, partition, "half an update");
                plainly(before, partition, "behind it");
                before.close();
                lost.close(Duration.ZERO);
            }
        }
        forgetTransactions(home);

        try (var after = EmbeddedBroker.start(home, port);
                var admin = admin(after, topics)) {
            assertThat(readable(after, partition)).isEmpty();

            var open = admin.open();

            assertThat(open).singleElement().satisfies(t -> assertThat(t.isHanging()).isTrue());
            assertThat(open.get(0).partitions())
                    .containsExactly(new HeldPartition(partition.topic(), 1, 0, 0, 2));

            assertThat(admin.abort(open.get(0))).isTrue();
            assertThat(admin.abort(open.get(0))).isFalse();

            assertThat(admin.open()).isEmpty();
            assertThat(readable(after, partition)).containsExactly("behind it");
        }
    }

    private static void forgetTransactions(Path home) throws Exception {
        try (var folders = Files.newDirectoryStream(home, "__transaction_state-*")) {
            for (var folder : folders) {
                try (var files = Files.newDirectoryStream(folder, "0*")) {
                    for (var file : files) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    private static FederationTopics federation(EmbeddedBroker on, String name) {
        var topics = new FederationTopics(name);
        create(on, topics);
        return topics;
    }

    private static void create(EmbeddedBroker on, FederationTopics topics) {
        var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(on.connection(), PATIENCE)) {
            assertThat(admin.create(catalogue.all(List.of("acme")))).isNotEmpty();
        }
    }

    private static TransactionAdmin admin(EmbeddedBroker on, FederationTopics topics) {
        return new TransactionAdmin(on.connection(), topics, PATIENCE);
    }

    private static KafkaProducer<byte[], byte[]> transactional(String id, Duration timeout) {
        return transactional(broker, id, timeout);
    }

    private static KafkaProducer<byte[], byte[]> transactional(
            EmbeddedBroker on, String id, Duration timeout) {
        var config = on.connection().clientConfig();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(timeout.toMillis()));
        var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private static void plainly(EmbeddedBroker on, TopicPartition partition, String text) {
        try (var producer =
                new KafkaProducer<>(
                        on.connection().clientConfig(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            write(producer, partition, text);
        }
    }

    private static void write(
            KafkaProducer<byte[], byte[]> producer, TopicPartition partition, String text) {
        var record =
                new ProducerRecord<byte[], byte[]>(
                        partition.topic(),
                        partition.partition(),
                        null,
                        text.getBytes(StandardCharsets.UTF_8));
        assertThat(producer.send(record)).succeedsWithin(PATIENCE);
    }

    /** All that a reader of committed records gets to see. */
    private static List<String> readable(EmbeddedBroker on, TopicPartition partition) {
        var read = new ArrayList<String>();
        try (var consumer = consumer(on.connection())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(PATIENCE)
                        .forEach(r -> read.add(new String(r.value(), StandardCharsets.UTF_8)));
            }
        }
        return read;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaConnection connection) {
        var config = connection.clientConfig();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
