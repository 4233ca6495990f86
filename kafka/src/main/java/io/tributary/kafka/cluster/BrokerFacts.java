package io.tributary.kafka.cluster;

import java.util.Map;

/**
 * A broker, as it describes itself.
 *
 * @param id its number
 * @param address {@code host:port} that it tells clients
 * @param reachable whether it answered there
 * @param config its configuration; empty if it did not answer, or does not tell the caller
 */
public record BrokerFacts(int id, String address, boolean reachable, Map<String, String> config) {

    public BrokerFacts {
        config = Map.copyOf(config);
    }
}
