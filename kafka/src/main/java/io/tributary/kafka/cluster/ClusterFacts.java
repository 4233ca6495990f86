package io.tributary.kafka.cluster;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a cluster says of itself.
 *
 * @param id its id
 * @param brokers the brokers that are members now, by number
 * @param features the levels of what its brokers have agreed on, such as {@code metadata.version}
 *     and {@code transaction.version}
 */
public record ClusterFacts(String id, List<BrokerFacts> brokers, Map<String, Integer> features) {

    private static final String LONGEST = "transaction.max.timeout.ms";

    public ClusterFacts {
        brokers = List.copyOf(brokers);
        features = Map.copyOf(features);
    }

    /**
     * The longest timeout of a transaction that every broker takes, in milliseconds.
     *
     * @return empty if none told
     */
    public OptionalLong maxTransactionTimeoutMillis() {
        return brokers.stream()
                .map(broker -> broker.config().get(LONGEST))
                .filter(value -> value != null)
                .mapToLong(Long::parseLong)
                .min();
    }
}
