package io.tributary.kafka.client;

import io.tributary.kafka.topics.FederationTopics;
import java.util.List;
import java.util.Map;

/**
 * Where a silo's updates are: on its own topic, or on copies that MirrorMaker made of it from
 * another cluster, {@code eu.<f>.updates.<silo>} for instance. There may be both, where a silo has
 * moved from one cluster to another; which has a record, its content tells.
 */
final class UpdateTopics {

    private final FederationTopics topics;
    private final Map<String, Integer> existing;
    private final Map<String, List<String>> bySilo;

    private UpdateTopics(FederationTopics topics, Map<String, Integer> existing) {
        this.topics = topics;
        this.existing = existing;
        this.bySilo = topics.bySilo(existing.keySet());
    }

    /** Those that there are now. */
    static UpdateTopics now(LogReader reader, FederationTopics topics) {
        return new UpdateTopics(topics, reader.topics());
    }

    /**
     * A silo's topics, its own first.
     *
     * @return its own name if there is none, so that what is missing is named
     */
    List<String> of(String silo) {
        var found = bySilo.get(silo);
        return found == null ? List.of(topics.updates(silo)) : found;
    }

    /** Whether a topic is there and has a partition of this number. */
    boolean has(String topic, int partition) {
        return existing.getOrDefault(topic, 0) > partition;
    }
}
