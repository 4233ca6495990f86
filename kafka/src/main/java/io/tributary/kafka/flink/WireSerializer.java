package io.tributary.kafka.flink;

import io.tributary.kafka.records.FederationRecords;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Hands the elements of a sink to the one place that makes Kafka records of them. It names its
 * topic to the connector, which looks there for transactions that an earlier run left open.
 */
final class WireSerializer<T>
        implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {

    private static final long serialVersionUID = 1;

    private final String topic;
    private final FederationRecords records;
    private final List<Class<? extends Record>> types;
    private final Encoder<T> encoder;

    /**
     * @param types what is written
     */
    WireSerializer(
            String topic,
            FederationRecords records,
            List<Class<? extends Record>> types,
            Encoder<T> encoder) {
        this.topic = topic;
        this.records = records;
        this.types = List.copyOf(types);
        this.encoder = encoder;
    }

    /** What is written seldom must not find the schema registry gone when it comes to it. */
    @Override
    public void open(
            SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
        records.prepare(topic, types);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            T element, KafkaSinkContext context, Long timestamp) {
        return encoder.encode(records, element, () -> context.getPartitionsForTopic(topic).length);
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }

    /** Makes a Kafka record; can ask how many partitions its topic has. */
    @FunctionalInterface
    interface Encoder<T> extends Serializable {
        ProducerRecord<byte[], byte[]> encode(
                FederationRecords records, T element, IntSupplier partitions);
    }
}
