package io.tributary.aggregation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.check.Finding.Level;
import io.tributary.kafka.cluster.LogRange;
import io.tributary.kafka.cluster.TopicFacts;
import io.tributary.kafka.flink.CheckpointedPartitions;
import io.tributary.kafka.topics.FederationTopics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreChecksTest {

    private static final FederationTopics TOPICS = new FederationTopics("demo");

    private final Map<String, TopicFacts> found = new HashMap<>();
    private final Map<TopicPartition, LogRange> ranges = new HashMap<>();

    @Test
    void topicsThatAreThereAreFineAndMayHaveGrown() {
        exists("demo.updates.acme", 5);
        exists("demo.updates.new", 2);

        assertThat(of(read("demo.updates.acme", 3)))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Level.OK);
                            assertThat(finding.fact()).contains("3 partitions of 1 topics");
                        });
    }

    @Test
    void aTopicThatIsMissingIsToldWithTheCommandThatCreatesIt() {
        assertThat(of(read("demo.updates.acme", 3)))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Level.PROBLEM);
                            assertThat(finding.sentence())
                                    .contains(
                                            "demo.updates.acme",
                                            "'tributary topics create --silo acme --chunk-partitions 2 --federation demo'",
                                            "start from the log alone");
                        });
    }

    /** {@code tributary topics create} knows no mirrors. */
    @Test
    void aMirrorThatIsMissingIsCreatedUnderItsFullName() {
        assertThat(of(read("eu.demo.updates.acme", 3)).get(0).remedy())
                .contains("kafka-topics --create --topic eu.demo.updates.acme --partitions 3");
    }

    @Test
    void aTopicThatWasCreatedAnewWithFewerPartitionsIsTold() {
        exists("demo.updates.acme", 2);

        assertThat(of(read("demo.updates.acme", 3)))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Level.PROBLEM);
                            assertThat(finding.remedy()).contains("--partitions 3");
                        });
    }

    @Test
    void aCheckpointOfSomethingElseIsTold() {
        exists("demo.updates.acme", 3);

        assertThat(of(read("demo-eu.updates.acme", 3)).get(0).fact())
                .contains("another federation than demo");
        assertThat(of(new CheckpointedPartitions(Map.of(), Map.of())).get(0).fact())
                .contains("no Kafka sources");
    }

    /** Position 9: eight records read, and the mark of their transaction at offset 8 or 9. */
    @ParameterizedTest
    @CsvSource({
        "0, 20, OK, ''",
        "9, 9, OK, ''",
        "10, 10, OK, ''",
        "11, 30, WARNING, 2 offsets",
        "0, 8, WARNING, created anew",
        "0, 0, WARNING, created anew",
    })
    void positionsAreHeldAgainstWhatIsOnTheLog(long begin, long end, Level level, String said) {
        exists("demo.updates.acme", 3);
        var partition = new TopicPartition("demo.updates.acme", 1);
        ranges.put(partition, new LogRange(begin, end));
        var checkpoint =
                new CheckpointedPartitions(
                        Map.of("read-updates", Set.of(partition)), Map.of(partition, 9L));

        assertThat(of(checkpoint))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(level);
                            assertThat(finding.fact()).contains(said);
                        });
    }

    private List<Finding> of(CheckpointedPartitions checkpoint) {
        return RestoreChecks.of(TOPICS, checkpoint, found, ranges);
    }

    private void exists(String topic, int partitions) {
        found.put(topic, new TopicFacts(topic, partitions, 1, List.of(), Map.of()));
    }

    private static CheckpointedPartitions read(String topic, int partitions) {
        var all = new HashSet<TopicPartition>();
        for (int p = 0; p < partitions; p++) {
            all.add(new TopicPartition(topic, p));
        }
        return new CheckpointedPartitions(Map.of("read-updates", Set.copyOf(all)), Map.of());
    }
}
