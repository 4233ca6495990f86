package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.embedded.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionITCase {

    /** A failure of the cluster, which callers survive; not the one that forbids an abort then. */
    @Test
    void aCommitThatTimesOutFailsWithTheTimeout(@TempDir Path folder) throws Exception {
        var broker = EmbeddedBroker.start(folder);
        try (var admin = Admin.create(broker.connection().clientConfig())) {
            var created = admin.createTopics(List.of(new NewTopic("t", 1, (short) 1)));
            var unused = created.all().get();
        }
        var config = broker.connection().clientConfig();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "t");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000L);
        var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
            assertThatThrownBy(() -> Transaction.run(producer, () -> sendAndLose(producer, broker)))
                    .isInstanceOf(TimeoutException.class);
        } finally {
            producer.close(Duration.ZERO);
            broker.close();
        }
    }

    private static void sendAndLose(KafkaProducer<byte[], byte[]> producer, EmbeddedBroker broker) {
        var unused = Producers.await(producer.send(new ProducerRecord<>("t", new byte[1])));
        broker.close();
    }
}
