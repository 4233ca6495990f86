package io.tributary.kafka.flink;

import java.util.Collection;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a source begins when it has no checkpoint. Offsets committed to the broker are never used:
 * they are written for people to watch.
 *
 * <p>If retention has overtaken a position, reading goes on with the oldest record that is left.
 * The connector's own timestamp start would jump to the newest one, over everything in between.
 */
public final class StartingPoint implements OffsetsInitializer {

    private static final long serialVersionUID = 1;

    private final OffsetsInitializer offsets;

    private StartingPoint(OffsetsInitializer offsets) {
        this.offsets = offsets;
    }

    /** The oldest record there is. */
    public static StartingPoint earliest() {
        return new StartingPoint(OffsetsInitializer.earliest());
    }

    /** The first record the broker appended at or after this time; the end if there is none. */
    public static StartingPoint timestamp(long epochMillis) {
        return new StartingPoint(OffsetsInitializer.timestamp(epochMillis));
    }

    /** This offset, of a topic that has one partition. */
    public static StartingPoint offset(String topic, long offset) {
        return new StartingPoint(
                OffsetsInitializer.offsets(Map.of(new TopicPartition(topic, 0), offset)));
    }

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
        return offsets.getPartitionOffsets(partitions, retriever);
    }

    @Override
    @SuppressWarnings("deprecation") // the connector's interface asks for Kafka's old enum
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return OffsetResetStrategy.EARLIEST;
    }
}
