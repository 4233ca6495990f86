package io.tributary.kafka.flink;

import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.wire.SchemaIds;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes what a job has decided, in one stream, so that it is read in the order of the log. */
final class RoundEntryDeserializer implements KafkaRecordDeserializationSchema<RoundEntry> {

    private static final long serialVersionUID = 1;

    private final WireDeserializer<Record> records;

    RoundEntryDeserializer(SchemaIds ids) {
        records = new WireDeserializer<>(Record.class, ids);
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        records.open(context);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RoundEntry> out) {
        var decoded = records.decode(record).orElse(null);
        if (decoded instanceof RoundPlan plan) {
            out.collect(RoundEntry.of(plan));
        } else if (decoded instanceof RoundWeights weights) {
            out.collect(RoundEntry.of(weights));
        } else if (decoded instanceof RoundOutcome outcome) {
            out.collect(RoundEntry.of(outcome));
        } else if (decoded instanceof ControlOutcome outcome) {
            out.collect(RoundEntry.of(outcome));
        }
    }

    @Override
    public TypeInformation<RoundEntry> getProducedType() {
        return TypeInformation.of(RoundEntry.class);
    }
}
