package io.tributary.kafka.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.kafka.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts what was really written: bytes of keys, values and headers of committed records, from the
 * log itself. Each call reads only what is new.
 *
 * <p>Counts are kept by topic and by the round or version in the record's headers, so that a late
 * or repeated record counts where it belongs.
 *
 * <p>Not thread-safe.
 */
public final class TopicMeter implements AutoCloseable {

    private final LogReader reader;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<String, Map<Integer, Long>> bytes = new TreeMap<>();

    private TopicMeter(LogReader reader) {
        this.reader = reader;
    }

    public static TopicMeter open(KafkaConnection connection, String clientId) {
        return new TopicMeter(LogReader.scanning(connection, clientId));
    }

    /**
     * Counts up to the present end of these topics; topics may be added from call to call.
     *
     * @throws org.apache.kafka.common.errors.TimeoutException if they cannot be read in time
     */
    public void advance(Collection<String> topics, Duration timeout) {
        advance(topics, partition -> true, timeout);
    }

    /** Like {@link #advance(Collection, Duration)}, in some of the partitions of each topic. */
    public void advance(Collection<String> topics, IntPredicate wanted, Duration timeout) {
        var partitions =
                topics.stream()
                        .flatMap(topic -> reader.partitions(topic).stream())
                        .filter(partition -> wanted.test(partition.partition()))
                        .toList();
        var ends = reader.endOffsets(partitions);
        var unknown = partitions.stream().filter(p -> !positions.containsKey(p)).toList();
        positions.putAll(reader.beginningOffsets(unknown));
        var starts = new HashMap<>(positions);
        starts.keySet().retainAll(partitions);
        reader.startAt(starts);
        reader.readUntil(ends, Deadline.in(timeout), this::count);
        ends.keySet().forEach(partition -> positions.put(partition, reader.position(partition)));
    }

    /** Bytes of a topic that belong to a round or version; 0 if none were counted. */
    public long bytes(String topic, int round) {
        return bytes.getOrDefault(topic, Map.of()).getOrDefault(round, 0L);
    }

    /** All bytes of a topic. */
    public long bytes(String topic) {
        return bytes.getOrDefault(topic, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private void count(ConsumerRecord<byte[], ByteBuffer> record) {
        long size =
                (long) Math.max(0, record.serializedKeySize())
                        + Math.max(0, record.serializedValueSize());
        int round = -1;
        for (var header : record.headers()) {
            var value = header.value() == null ? new byte[0] : header.value();
            size += header.key().getBytes(UTF_8).length + value.length;
            if (header.key().equals("round") || header.key().equals("version")) {
                round = number(new String(value, UTF_8));
            }
        }
        bytes.computeIfAbsent(record.topic(), topic -> new TreeMap<>())
                .merge(round, size, Long::sum);
    }

    /** Headers are whatever a silo wrote. */
    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
