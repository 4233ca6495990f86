package io.tributary.aggregation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.check.Finding.Level;
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

class RestoreChecksTest {

    private static final FederationTopics TOPICS = new FederationTopics("demo");

    private final Map<String, TopicFacts> found = new HashMap<>();

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
                                            "'tributary topics create --silo acme --chunk-partitions 2'",
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
        assertThat(of(new CheckpointedPartitions(Map.of())).get(0).fact())
                .contains("no Kafka sources");
    }

    private List<Finding> of(CheckpointedPartitions checkpoint) {
        return RestoreChecks.of(TOPICS, checkpoint, found);
    }

    private void exists(String topic, int partitions) {
        found.put(topic, new TopicFacts(topic, partitions, 1, List.of(), Map.of()));
    }

    private static CheckpointedPartitions read(String topic, int partitions) {
        var all = new HashSet<TopicPartition>();
        for (int p = 0; p < partitions; p++) {
            all.add(new TopicPartition(topic, p));
        }
        return new CheckpointedPartitions(Map.of("read-updates", Set.copyOf(all)));
    }
}
