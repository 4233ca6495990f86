package io.tributary.kafka.flink;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.wire.Wire;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Passes on what a silo wrote, undecoded, under the name of the topic's owner.
 *
 * <p>Never fails: a missing value becomes an empty one, and of a value over {@link
 * Wire#MAX_VALUE_BYTES} only so much is passed on that it is still recognised as too large. Both
 * are then rejected as malformed, with their coordinates, like any other bad record.
 */
final class SiloRecordDeserializer implements KafkaRecordDeserializationSchema<SiloRecord> {

    private static final long serialVersionUID = 1;

    private final FederationTopics topics;
    private transient Map<String, String> silos;

    SiloRecordDeserializer(FederationTopics topics) {
        this.topics = topics;
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<SiloRecord> out) {
        if (silos == null) {
            silos = new HashMap<>();
        }
        var silo = silos.computeIfAbsent(record.topic(), this::siloOf);
        out.collect(
                new SiloRecord(
                        silo,
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        bounded(record.value())));
    }

    private String siloOf(String topic) {
        return topics.siloOf(topic)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "topic %s was subscribed by a pattern it does not match"
                                                .formatted(topic)));
    }

    private static byte[] bounded(byte[] value) {
        if (value == null) {
            return new byte[0];
        }
        return value.length <= Wire.MAX_VALUE_BYTES
                ? value
                : Arrays.copyOf(value, Wire.MAX_VALUE_BYTES + 1);
    }

    @Override
    public TypeInformation<SiloRecord> getProducedType() {
        return TypeInformation.of(SiloRecord.class);
    }
}
