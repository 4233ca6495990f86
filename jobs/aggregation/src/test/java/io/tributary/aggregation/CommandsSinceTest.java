package io.tributary.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.client.AuditedCommand;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlCommand;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CommandsSinceTest {

    private static final FederationTopics TOPICS = new FederationTopics("demo");

    @Test
    void ofWhatTheBootstrapKnowsOnlyTheLastCommandIsReadAgain() {
        assertThat(start(command(3), command(7))).isEqualTo(7);
    }

    @Test
    void whereNothingWasAskedAllIsRead() {
        assertThat(start()).isEqualTo(KafkaPartitionSplit.EARLIEST_OFFSET);
    }

    private static long start(AuditedCommand... commands) {
        var partition = new TopicPartition(TOPICS.control(), 0);
        return AggregationJob.sinceLast(TOPICS, List.of(commands))
                .getPartitionOffsets(Set.of(partition), null)
                .get(partition);
    }

    private static AuditedCommand command(long offset) {
        var command =
                new ControlCommand(
                        "main", ControlCommand.Kind.ROLL_BACK, "1", "", "tester", "a test");
        return new AuditedCommand(new CommandRecord(offset, 0, command), null);
    }
}
