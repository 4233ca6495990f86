package io.tributary.tests.drill;

import io.tributary.kafka.KafkaConnection;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts what was written to a topic in transactions that were aborted. */
final class LostRecords {

    private static final Duration POLL = Duration.ofMillis(200);

    private LostRecords() {}

    static long count(KafkaConnection connection, String topic) {
        return written(connection, topic, "read_uncommitted")
                - written(connection, topic, "read_committed");
    }

    private static long written(KafkaConnection connection, String topic, String isolation) {
        var config = connection.clientConfig();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        long count = 0;
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                count += consumer.poll(POLL).count();
            }
        }
        return count;
    }
}
