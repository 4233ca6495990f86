package io.tributary.kafka.flink;

import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.SchemaIds;
import io.tributary.schemas.wire.Wire;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes records of one type from the topics that only the federation's own programs write to.
 * Records of other types are passed over; what cannot be decoded is counted as {@code
 * malformedRecords}, logged with its coordinates and passed over. While a schema registry cannot be
 * asked what a record is, the job fails and comes back to it.
 */
final class WireDeserializer<T extends Record> implements KafkaRecordDeserializationSchema<T> {

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(WireDeserializer.class);

    private final Class<T> type;
    private final SchemaIds ids;
    private transient Counter malformed;

    WireDeserializer(Class<T> type, SchemaIds ids) {
        this.type = type;
        this.ids = ids;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        malformed = context.getMetricGroup().counter("malformedRecords", new SimpleCounter());
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out) {
        decode(record).ifPresent(out::collect);
    }

    /** What was written, if it is of the wanted type. */
    Optional<T> decode(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty(); // a tombstone of a compacted topic
        }
        try {
            var decoded = Wire.decode(ByteBuffer.wrap(record.value()), null, ids, record.topic());
            return type.isInstance(decoded) ? Optional.of(type.cast(decoded)) : Optional.empty();
        } catch (MalformedRecordException e) {
            malformed.inc();
            LOG.warn(
                    "passing over {}-{} offset {}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return TypeInformation.of(type);
    }
}
