package io.tributary.kafka.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.client.BrokerClock;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.kafka.transactions.TransactionAdmin;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterReaderITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final FederationTopics TOPICS = new FederationTopics("demo");

    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static TopicCatalogue catalogue;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
        catalogue = new TopicCatalogue(TOPICS, CatalogueSettings.singleBroker());
        var other =
                new TopicCatalogue(
                        new FederationTopics("demo-eu"), CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(broker.connection(), TIMEOUT)) {
            assertThat(admin.create(catalogue.all(List.of("acme")))).hasSize(7);
            assertThat(admin.create(other.shared())).hasSize(6);
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aBrokerTellsWhatBoundsTransactions() {
        try (var reader = new ClusterReader(broker.connection(), TIMEOUT)) {
            var cluster = reader.cluster();

            assertThat(cluster.brokers())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.reachable()).isTrue();
                                assertThat(it.address()).isEqualTo(broker.bootstrapServers());
                            });
            assertThat(cluster.maxTransactionTimeoutMillis()).hasValue(900_000);
            assertThat(cluster.features()).containsEntry("transaction.version", 2);
        }
    }

    @Test
    void theTopicsOfAFederationAreAsTheyWereCreatedAndNoOthers() {
        try (var reader = new ClusterReader(broker.connection(), TIMEOUT)) {
            var found = reader.topics(TOPICS);

            assertThat(found).hasSize(7);
            for (var spec : catalogue.all(List.of("acme"))) {
                var topic = found.get(spec.name());
                assertThat(topic.partitions()).isEqualTo(spec.partitions());
                assertThat(topic.replicationFactor()).isEqualTo(1);
                assertThat(topic.leaderless()).isEmpty();
                assertThat(topic.config()).containsAllEntriesOf(spec.config());
            }
            var partition = new TopicPartition(TOPICS.rounds(), 0);
            assertThat(reader.ranges(Set.of(partition)))
                    .containsEntry(partition, new LogRange(0, 0));
        }
    }

    @Test
    void theBrokersClockIsReadAndNobodySeesHow() {
        var hour = Duration.ofHours(1);
        var fast = Clock.offset(Clock.systemUTC(), hour);

        var difference = new BrokerClock(broker.connection(), TOPICS, fast, TIMEOUT).difference();

        // The same clock, an hour off; what is left is the time between two readings of it.
        assertThat(difference.ahead().plus(hour).abs()).isLessThan(Duration.ofMinutes(1));
        try (var admin = new TransactionAdmin(broker.connection(), TOPICS, TIMEOUT)) {
            assertThat(admin.open()).isEmpty();
        }
        assertThat(readableControl()).isZero();
    }

    /** Records of the control topic that a reader of committed records gets. */
    private static int readableControl() {
        var config = broker.connection().clientConfig();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        var partition = new TopicPartition(TOPICS.control(), 0);
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            assertThat(end).isPositive();
            int records = 0;
            while (consumer.position(partition) < end) {
                records += consumer.poll(TIMEOUT).count();
            }
            return records;
        }
    }
}
