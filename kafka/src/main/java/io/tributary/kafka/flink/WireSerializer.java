package io.tributary.kafka.flink;

import java.io.Serializable;
import java.util.function.IntSupplier;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Hands the elements of a sink to the one place that makes Kafka records of them. */
final class WireSerializer<T> implements KafkaRecordSerializationSchema<T> {

    private static final long serialVersionUID = 1;

    private final String topic;
    private final Encoder<T> encoder;

    WireSerializer(String topic, Encoder<T> encoder) {
        this.topic = topic;
        this.encoder = encoder;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            T element, KafkaSinkContext context, Long timestamp) {
        return encoder.encode(element, () -> context.getPartitionsForTopic(topic).length);
    }

    /** Makes a Kafka record; can ask how many partitions its topic has. */
    @FunctionalInterface
    interface Encoder<T> extends Serializable {
        ProducerRecord<byte[], byte[]> encode(T element, IntSupplier partitions);
    }
}
