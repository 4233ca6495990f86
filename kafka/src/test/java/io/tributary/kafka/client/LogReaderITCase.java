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
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderITCase {

    private static final String TOPIC = "records";
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 30;

    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static KafkaConnection connection;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(directory);
        connection = broker.connection();
        try (var admin = Admin.create(connection.clientProperties())) {
            var topic = new NewTopic(TOPIC, PARTITIONS, (short) 1);
            assertThat(admin.createTopics(List.of(topic)).all().get()).isNull();
        }
        try (var producer =
                Producers.transactional(connection, "test.writer", Duration.ofSeconds(30))) {
            producer.beginTransaction();
            for (int i = 0; i < RECORDS; i++) {
                var value = String.valueOf(i).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, value)).get();
            }
            producer.commitTransaction();
        }
        Settled.await(connection, TOPIC);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void whatAReceiverFailsAtComesAgainAndNothingElseDoes() {
        try (var reader = LogReader.scanning(connection, "test")) {
            var partitions = reader.partitions(TOPIC);
            reader.startAt(reader.beginningOffsets(partitions));
            var end = reader.endOffsets(partitions);
            var taken = new ArrayList<String>();
            var failedAt = new TreeSet<String>();
            int failures = 0;
            while (!reader.hasReached(end)) {
                var polled = reader.poll(Duration.ofSeconds(5));
                try {
                    reader.handOn(
                            polled,
                            record -> {
                                var value =
                                        StandardCharsets.UTF_8
                                                .decode(record.value().duplicate())
                                                .toString();
                                if (failedAt.add(value) && value.endsWith("4")) {
                                    throw new IllegalStateException("not now");
                                }
                                taken.add(value);
                            });
                } catch (IllegalStateException e) {
                    failures++;
                }
            }

            assertThat(failures).isEqualTo(3); // at 4, 14 and 24
            assertThat(taken).hasSize(RECORDS).doesNotHaveDuplicates();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                int p = partition;
                assertThat(
                                taken.stream()
                                        .map(Integer::valueOf)
                                        .filter(value -> value % PARTITIONS == p))
                        .isSorted();
            }
        }
    }

    @Test
    void afterAFailureTheReaderStandsAtTheRecord() {
        try (var reader = LogReader.scanning(connection, "test")) {
            var partition = new TopicPartition(TOPIC, 1);
            reader.startAt(Map.of(partition, 2L));

            assertThatThrownBy(
                            () ->
                                    reader.readUntil(
                                            Map.of(partition, 9L),
                                            Deadline.in(Duration.ofSeconds(30)),
                                            record -> {
                                                if (record.offset() == 5) {
                                                    throw new IllegalStateException("not now");
                                                }
                                            }))
                    .hasMessage("not now");
            assertThat(reader.position(partition)).isEqualTo(5);
        }
    }
}
