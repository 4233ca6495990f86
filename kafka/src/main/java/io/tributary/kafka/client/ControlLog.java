package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What operators have asked of a federation: the control topic, read and added to.
 *
 * @param timeout how long reading it may take
 */
public record ControlLog(KafkaConnection connection, FederationTopics topics, Duration timeout) {

    /** Every command that is on the log, in order. */
    public List<CommandRecord> commands() {
        var found = new ArrayList<CommandRecord>();
        try (var reader = LogReader.scanning(connection, topics.federation() + "-control")) {
            var partitions = reader.partitions(topics.control());
            var ends = reader.endOffsets(partitions);
            reader.startAt(reader.beginningOffsets(partitions));
            reader.readUntil(
                    ends,
                    Deadline.in(timeout),
                    record -> {
                        var command = reader.decode(record, ControlCommand.class);
                        if (command != null) {
                            found.add(
                                    new CommandRecord(
                                            record.offset(), record.timestamp(), command));
                        }
                    });
        }
        return found;
    }

    /**
     * Gives a command.
     *
     * @return its offset, by which the federation's answer names it
     */
    public long give(ControlCommand command) {
        try (var producer = Producers.prompt(connection, topics.federation() + "-control")) {
            return Producers.await(
                            producer.send(
                                    FederationRecords.on(connection, topics).control(command)))
                    .offset();
        }
    }
}
