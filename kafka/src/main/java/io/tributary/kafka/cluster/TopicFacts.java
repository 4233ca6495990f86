package io.tributary.kafka.cluster;

import java.util.List;
import java.util.Map;

/**
 * A topic as it is.
 *
 * @param name its name
 * @param partitions number of partitions
 * @param replicationFactor copies of the partition that has the fewest
 * @param leaderless partitions that nobody can read or write now
 * @param config its configuration, with what it takes over from the brokers
 */
public record TopicFacts(
        String name,
        int partitions,
        int replicationFactor,
        List<Integer> leaderless,
        Map<String, String> config) {

    public TopicFacts {
        leaderless = List.copyOf(leaderless);
        config = Map.copyOf(config);
    }
}
