package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads single committed records by their coordinates, each for itself; best in the order in which
 * they lie.
 *
 * <p>Not thread-safe.
 */
public final class RecordReader implements AutoCloseable {

    private final LogReader reader;
    private final Duration timeout;
    private @Nullable UpdateTopics places;

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

    /**
     * Where a silo's record may be that was read at these coordinates: on its own topic, or on a
     * copy from another cluster. Mostly there is one such place.
     *
     * @param topics the same in every call
     */
    public List<TopicPartition> places(
            FederationTopics topics, String silo, int partition, long offset) {
        if (places == null) {
            places = UpdateTopics.now(reader, topics);
        }
        var names = places.of(silo);
        if (names.size() == 1) {
            return List.of(new TopicPartition(names.get(0), partition));
        }
        var found = new ArrayList<TopicPartition>();
        for (var name : names) {
            var place = new TopicPartition(name, partition);
            // To ask for a record behind the last one is to wait for it.
            if (places.has(name, partition)
                    && offset < reader.endOffsets(List.of(place)).get(place)) {
                found.add(place);
            }
        }
        return found;
    }

    @Override
    public void close() {
        reader.close();
    }
}
