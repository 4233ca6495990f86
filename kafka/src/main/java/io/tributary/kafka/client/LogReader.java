package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed records of chosen partitions from chosen offsets on. There is no consumer group:
 * every reader reads for itself, and needs no right on any group.
 *
 * <p>A record's value is a part of the answer that it came in, not a copy: who keeps one keeps the
 * other.
 *
 * <p>Not thread-safe.
 */
public final class LogReader implements AutoCloseable {

    /** Two clients of one name in one process would fight over one JMX bean. */
    private static final AtomicInteger INSTANCES = new AtomicInteger();

    /** Records of one poll, where it does not matter how many. */
    private static final int MANY = ConsumerConfig.DEFAULT_MAX_POLL_RECORDS;

    private final KafkaConsumer<byte[], ByteBuffer> consumer;
    private final Decoding decoding;

    /**
     * For reading what is there. An answer about partitions that have nothing new is not waited for
     * long, because it holds up the ones that have.
     *
     * @param purpose names the client in the broker's logs and quotas
     */
    public static LogReader scanning(KafkaConnection connection, String purpose) {
        return new LogReader(connection, scanningConfig(connection, purpose));
    }

    /** The settings of a {@linkplain #scanning scanning} reader. */
    public static Map<String, Object> scanningConfig(KafkaConnection connection, String purpose) {
        return config(connection, purpose, Duration.ofMillis(50), MANY);
    }

    /**
     * For reading in step: a poll returns at most one record, so that no more is taken out than is
     * wanted, and partitions can wait for each other.
     */
    static LogReader stepping(KafkaConnection connection, String purpose) {
        return new LogReader(connection, config(connection, purpose, Duration.ofMillis(50), 1));
    }

    /** For waiting for news, with few requests. */
    public static LogReader tailing(KafkaConnection connection, String purpose) {
        return new LogReader(connection, config(connection, purpose, Duration.ofMillis(500), MANY));
    }

    private LogReader(KafkaConnection connection, Map<String, Object> config) {
        decoding = new Decoding(connection.schemaIds());
        consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteBufferDeserializer());
    }

    private static Map<String, Object> config(
            KafkaConnection connection, String purpose, Duration longestWait, int recordsPerPoll) {
        var config = connection.clientConfig();
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, recordsPerPoll);
        config.put(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, Math.toIntExact(longestWait.toMillis()));
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, purpose + "-" + INSTANCES.incrementAndGet());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // What retention has removed before it was read is gone: go on with what is left.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * 1024 * 1024);
        // The next answer goes on coming while the last is taken apart.
        config.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, 2 * 1024 * 1024);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000);
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 15_000);
        return config;
    }

    /**
     * All partitions of a topic.
     *
     * @throws UnknownTopicOrPartitionException if there is no such topic
     */
    public List<TopicPartition> partitions(String topic) {
        var partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException(
                    "topic %s does not exist; create the federation's topics first, with 'tributary topics create'"
                            .formatted(topic));
        }
        return partitions.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
    }

    /** The topics that the caller can see, with their numbers of partitions. */
    Map<String, Integer> topics() {
        var found = new HashMap<String, Integer>();
        consumer.listTopics().forEach((name, partitions) -> found.put(name, partitions.size()));
        return found;
    }

    /** Reads these partitions from now on, each from its offset. */
    public void startAt(Map<TopicPartition, Long> offsets) {
        consumer.assign(offsets.keySet());
        offsets.forEach(consumer::seek);
    }

    /** The partitions that are read now. */
    public Set<TopicPartition> assignment() {
        return consumer.assignment();
    }

    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        include(partitions);
        return consumer.beginningOffsets(partitions);
    }

    /** Ends of what is committed. */
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        include(partitions);
        return consumer.endOffsets(partitions);
    }

    /**
     * The first record appended at or after a time; the end where there is none. Ends are looked up
     * first, so that nothing appended meanwhile is missed.
     */
    Map<TopicPartition, Long> offsetsSince(
            Collection<TopicPartition> partitions, long epochMillis) {
        var offsets = new HashMap<>(endOffsets(partitions));
        var query = new HashMap<TopicPartition, Long>();
        partitions.forEach(partition -> query.put(partition, Math.max(0, epochMillis)));
        consumer.offsetsForTimes(query)
                .forEach(
                        (partition, found) -> {
                            if (found != null) {
                                offsets.put(partition, found.offset());
                            }
                        });
        return offsets;
    }

    /** The client warns about every answer on a partition that is not assigned to it. */
    private void include(Collection<TopicPartition> partitions) {
        var all = new HashSet<>(consumer.assignment());
        if (all.addAll(partitions)) {
            consumer.assign(all);
        }
    }

    public ConsumerRecords<byte[], ByteBuffer> poll(Duration timeout) {
        return consumer.poll(timeout);
    }

    /**
     * Decodes a record of a topic that only the federation's own programs write to.
     *
     * @return null for a tombstone, a record of another type, or one that cannot be decoded, which
     *     is logged
     * @throws io.tributary.kafka.registry.SchemaRegistryException if it cannot be found out now
     *     which
     */
    public <T extends Record> @Nullable T decode(
            ConsumerRecord<byte[], ByteBuffer> record, Class<T> type) {
        return decode(record, type, null);
    }

    /**
     * As {@link #decode(ConsumerRecord, Class)}.
     *
     * @param old a record of the type that nobody needs any more, whose arrays may be taken
     */
    <T extends Record> @Nullable T decode(
            ConsumerRecord<byte[], ByteBuffer> record, Class<T> type, @Nullable T old) {
        return decoding.decode(record, type, old);
    }

    /**
     * Hands on what a poll returned. What the receiver fails at, and what comes after it, is
     * returned by the next poll again.
     */
    public void handOn(
            ConsumerRecords<byte[], ByteBuffer> records,
            Consumer<ConsumerRecord<byte[], ByteBuffer>> receiver) {
        var next = new HashMap<TopicPartition, Long>();
        records.partitions().forEach(p -> next.put(p, records.records(p).get(0).offset()));
        try {
            for (var partition : records.partitions()) {
                for (var record : records.records(partition)) {
                    next.put(partition, record.offset());
                    receiver.accept(record);
                }
                next.remove(partition);
            }
        } catch (RuntimeException e) {
            next.forEach(consumer::seek);
            throw e;
        }
    }

    /** Goes to an offset, and reads the partition if it was not read. */
    void goOn(TopicPartition partition, long offset) {
        if (consumer.position(partition) != offset) {
            consumer.seek(partition, offset); // drops what was fetched ahead
        }
        consumer.resume(List.of(partition));
    }

    /** Does not read a partition for now; what was fetched ahead is kept. */
    void hold(TopicPartition partition) {
        consumer.pause(List.of(partition));
    }

    /** Offset of the next record that a poll returns. */
    public long position(TopicPartition partition) {
        return consumer.position(partition);
    }

    /** Whether everything before these offsets has been returned by polls. */
    public boolean hasReached(Map<TopicPartition, Long> offsets) {
        for (var entry : offsets.entrySet()) {
            if (consumer.position(entry.getKey()) < entry.getValue()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads up to these offsets.
     *
     * @throws TimeoutException if the cluster does not deliver it in time
     */
    void readUntil(
            Map<TopicPartition, Long> offsets,
            Deadline deadline,
            Consumer<ConsumerRecord<byte[], ByteBuffer>> receiver) {
        readUntil(offsets, deadline, () -> false, receiver);
    }

    /**
     * Reads up to these offsets, or until there is enough.
     *
     * @throws TimeoutException if the cluster does not deliver it in time
     */
    void readUntil(
            Map<TopicPartition, Long> offsets,
            Deadline deadline,
            BooleanSupplier enough,
            Consumer<ConsumerRecord<byte[], ByteBuffer>> receiver) {
        while (!enough.getAsBoolean() && !hasReached(offsets)) {
            if (deadline.passed()) {
                throw new TimeoutException(
                        "could not read %s to its end within %s; is the cluster reachable?"
                                .formatted(offsets.keySet(), deadline));
            }
            handOn(consumer.poll(deadline.nextPoll()), receiver);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
