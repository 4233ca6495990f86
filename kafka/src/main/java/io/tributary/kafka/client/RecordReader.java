package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads single committed records by their coordinates, each for itself; best in the order in which
 * they lie.
 *
 * <p>Not thread-safe.
 */
public final class RecordReader implements AutoCloseable {

    private final LogReader reader;
    private final Duration timeout;

    private RecordReader(LogReader reader, Duration timeout) {
        this.reader = reader;
        this.timeout = timeout;
    }

    /**
     * @param purpose names the client in the broker's logs and quotas
     * @param timeout how long one record may take
     */
    public static RecordReader open(KafkaConnection connection, String purpose, Duration timeout) {
        return new RecordReader(LogReader.stepping(connection, purpose), timeout);
    }

    /**
     * Reads a record.
     *
     * @return empty if there is none at this place, or none any more
     * @throws TimeoutException if the cluster does not deliver it in time
     */
    public Optional<ConsumerRecord<byte[], ByteBuffer>> read(
            TopicPartition partition, long offset) {
        if (reader.assignment().equals(Set.of(partition))) {
            reader.goOn(partition, offset);
        } else {
            reader.startAt(Map.of(partition, offset));
        }
        var deadline = Deadline.in(timeout);
        while (!deadline.passed()) {
            for (var record : reader.poll(deadline.nextPoll())) {
                reader.hold(partition);
                return Optional.of(record).filter(found -> found.offset() == offset);
            }
            if (reader.position(partition) != offset) {
                return Optional
                        .empty(); // what lay here is beyond the ends of the log, or passed over
            }
        }
        throw new TimeoutException(
                "offset %s of %s could not be read within %s; is the cluster reachable?"
                        .formatted(offset, partition, deadline));
    }

    @Override
    public void close() {
        reader.close();
    }
}
