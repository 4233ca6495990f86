package io.tributary.tests.drill;

import io.tributary.kafka.KafkaConnection;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts what was written to a topic in transactions that were aborted. */
final class LostRecords {

    private static final Duration POLL = Duration.ofMillis(200);

    private LostRecords() {}

    /** Of the transactions that have ended: what is behind an open one is not looked at. */
    static long count(KafkaConnection connection, String topic) {
        try (var committed = consumer(connection, "read_committed");
                var all = consumer(connection, "read_uncommitted")) {
            var partitions =
                    committed.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            var ends = committed.endOffsets(partitions);
            return records(all, ends) - records(committed, ends);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(
            KafkaConnection connection, String isolation) {
        var config = connection.clientConfig();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static long records(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        long count = 0;
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (var record : consumer.poll(POLL)) {
                var partition = new TopicPartition(record.topic(), record.partition());
                if (record.offset() < ends.get(partition)) {
                    count++;
                }
            }
        }
        return count;
    }
}
