package io.tributary.kafka.client;

import io.tributary.schemas.update.UpdateId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Where on the log the chunks of one upload are. */
final class UploadPlaces {

    private static final long UNKNOWN = -1;

    private final UpdateId id;
    private final String topic;
    private final int[] partitions;
    private final long[] offsets;
    private int missing;

    UploadPlaces(UpdateId id, String topic, int chunks) {
        this.id = id;
        this.topic = topic;
        partitions = new int[chunks];
        offsets = new long[chunks];
        Arrays.fill(offsets, UNKNOWN);
        missing = chunks;
    }

    /** A chunk was found; the first of several copies counts. */
    void found(int chunk, ConsumerRecord<byte[], ByteBuffer> record) {
        if (offsets[chunk] == UNKNOWN) {
            partitions[chunk] = record.partition();
            offsets[chunk] = record.offset();
            missing--;
        }
    }

    UpdateId id() {
        return id;
    }

    /** Chunks that were not found. */
    int missing() {
        return missing;
    }

    TopicPartition at(int chunk) {
        return new TopicPartition(topic, partitions[chunk]);
    }

    long offset(int chunk) {
        return offsets[chunk];
    }
}
