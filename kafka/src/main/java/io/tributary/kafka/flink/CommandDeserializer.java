package io.tributary.kafka.flink;

import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.wire.SchemaIds;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes operators' commands, with their places on the log, by which they are answered. */
final class CommandDeserializer implements KafkaRecordDeserializationSchema<CommandRecord> {

    private static final long serialVersionUID = 1;

    private final WireDeserializer<ControlCommand> commands;

    CommandDeserializer(SchemaIds ids) {
        commands = new WireDeserializer<>(ControlCommand.class, ids);
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        commands.open(context);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<CommandRecord> out) {
        commands.decode(record)
                .ifPresent(
                        command ->
                                out.collect(
                                        new CommandRecord(
                                                record.offset(), record.timestamp(), command)));
    }

    @Override
    public TypeInformation<CommandRecord> getProducedType() {
        return TypeInformation.of(CommandRecord.class);
    }
}
