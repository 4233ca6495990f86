package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.kafka.transactions.OpenTransaction;
import io.tributary.kafka.transactions.TransactionAdmin;
import io.tributary.kafka.transactions.TransactionOwner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transactions that a job left open when its whole cluster died, under the names that its sinks
 * give them. Their timeout is longer than the test's patience.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LeftOpenITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TIMEOUT_MILLIS = 600_000;
    private static final List<String> SILOS = List.of("ash", "birch");

    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        cluster = TestCluster.start(work, 1, 2, 2);
    }

    @Test
    void aJobThatStartsFromTheLogEndsWhatItsPredecessorLeftOpen() throws Exception {
        try (var federation = TestFederation.create(cluster, SILOS);
                var admin =
                        new TransactionAdmin(
                                federation.connection(), federation.topics(), PATIENCE)) {
            var topics = federation.topics();
            var genesis = federation.genesis(TestLayouts.elevenChunks());
            var prefix = federation.settings().name();
            try (var models = leaveOpen(prefix + ".models.-1-2", topics.models());
                    var rounds = leaveOpen(prefix + ".rounds.-0-1", topics.rounds())) {
                assertThat(admin.open())
                        .extracting(OpenTransaction::owner)
                        .containsExactlyInAnyOrder(
                                new TransactionOwner(TransactionOwner.Kind.JOB, "main/models"),
                                new TransactionOwner(TransactionOwner.Kind.JOB, "main/rounds"));
                var left = admin.open().stream().map(OpenTransaction::started).toList();

                federation.startJob();

                await().atMost(PATIENCE)
                        .until(
                                () ->
                                        admin.open().stream()
                                                .map(OpenTransaction::started)
                                                .noneMatch(left::contains));
                federation.join();
                var made = federation.train(1, genesis, SILOS);
                assertThat(federation.parameters(made)).isNotNull();
            }
        }
    }

    private KafkaProducer<byte[], byte[]> leaveOpen(String id, String topic) {
        var config = cluster.broker().connection().clientConfig();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TIMEOUT_MILLIS);
        var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        var record = new ProducerRecord<byte[], byte[]>(topic, 0, null, new byte[] {1});
        assertThat(producer.send(record)).succeedsWithin(PATIENCE);
        return producer;
    }
}
