package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.Settled;
import io.tributary.kafka.embedded.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordReaderITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String TOPIC = "records";

    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static KafkaConnection connection;

    /** Three records in each of two partitions, in two transactions; the first is deleted. */
    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(directory);
        connection = broker.connection();
        try (var admin = Admin.create(connection.clientProperties())) {
            var topic = new NewTopic(TOPIC, 2, (short) 1);
            assertThat(admin.createTopics(List.of(topic)).all().get()).isNull();
            send("first", "second");
            send("third");
            Settled.await(connection, TOPIC);
            var gone = Map.of(new TopicPartition(TOPIC, 0), RecordsToDelete.beforeOffset(1));
            assertThat(admin.deleteRecords(gone).all().get()).isNull();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void readsRecordsInWhateverOrderTheyAreAskedFor() {
        try (var reader = RecordReader.open(connection, "test", TIMEOUT)) {
            var read = new ArrayList<Optional<String>>();
            for (long[] at : new long[][] {{1, 0}, {1, 1}, {0, 1}, {1, 3}, {1, 0}, {0, 3}}) {
                read.add(read(reader, at[0], at[1]));
            }
            assertThat(read)
                    .containsExactly(
                            Optional.of("first in 1"),
                            Optional.of("second in 1"),
                            Optional.of("second in 0"),
                            Optional.of("third in 1"),
                            Optional.of("first in 1"),
                            Optional.of("third in 0"));
        }
    }

    /** Deleted; the end of a transaction, which nobody reads; and beyond the end of the log. */
    @Test
    void saysWhereThereIsNone() {
        try (var reader = RecordReader.open(connection, "test", TIMEOUT)) {
            assertThat(read(reader, 0, 0)).isEmpty();
            assertThat(read(reader, 1, 2)).isEmpty();
            assertThat(read(reader, 1, 99)).isEmpty();
            assertThat(read(reader, 0, 1)).hasValue("second in 0");
        }
    }

    @Test
    void aClusterThatDoesNotDeliverIsNotWaitedForForEver() {
        try (var reader = RecordReader.open(connection, "test", Duration.ofMillis(-1))) {
            assertThatThrownBy(() -> read(reader, 1, 0))
                    .isInstanceOf(TimeoutException.class)
                    .hasMessageContaining("offset 0 of records-1");
        }
    }

    private static Optional<String> read(RecordReader reader, long partition, long offset) {
        return reader.read(new TopicPartition(TOPIC, (int) partition), offset)
                .map(record -> StandardCharsets.UTF_8.decode(record.value()).toString());
    }

    private static void send(String... names) {
        var producer = Producers.transactional(connection, "sender", TIMEOUT);
        try {
            Transaction.run(
                    producer,
                    () -> {
                        for (var name : names) {
                            for (int partition = 0; partition < 2; partition++) {
                                var value = "%s in %s".formatted(name, partition);
                                var unused =
                                        producer.send(
                                                new ProducerRecord<>(
                                                        TOPIC,
                                                        partition,
                                                        null,
                                                        value.getBytes(StandardCharsets.UTF_8)));
                            }
                        }
                    });
        } finally {
            producer.close(TIMEOUT);
        }
    }
}
