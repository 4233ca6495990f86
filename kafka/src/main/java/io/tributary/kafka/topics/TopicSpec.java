package io.tributary.kafka.topics;

import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * How a topic must be.
 *
 * @param name topic name
 * @param partitions number of partitions
 * @param replicationFactor copies of every partition; a wish for new topics, not checked later,
 *     because operators move replicas
 * @param config topic-level configuration that the federation relies on
 */
public record TopicSpec(
        String name, int partitions, int replicationFactor, Map<String, String> config) {

    public TopicSpec {
        config = Map.copyOf(config);
    }

    NewTopic toNewTopic() {
        return new NewTopic(name, partitions, (short) replicationFactor).configs(config);
    }
}
