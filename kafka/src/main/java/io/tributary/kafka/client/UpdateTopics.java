package io.tributary.kafka.client;

import io.tributary.kafka.topics.FederationTopics;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a silo's updates are: on its own topic, or on copies that MirrorMaker made of it from
 * another cluster, {@code eu.<f>.updates.<silo>} for instance. There may be both, where a silo has
 * moved from one cluster to another; which has a record, its content tells.
 */
final class UpdateTopics {

    private final FederationTopics topics;
    private final Map<String, Integer> existing;
    private final Map<String, List<String>> bySilo = new HashMap<>();

    private UpdateTopics(FederationTopics topics, Map<String, Integer> existing) {
        this.topics = topics;
        this.existing = existing;
    }

    /** Those that there are now. */
    static UpdateTopics now(LogReader reader, FederationTopics topics) {
        var existing = new TreeMap<>(reader.topics());
        existing.keySet().removeIf(name -> topics.siloOf(name).isEmpty());
        return new UpdateTopics(topics, existing);
    }

    /**
     * A silo's topics, its own first.
     *
     * @return its own name if there is none, so that what is missing is named
     */
    List<String> of(String silo) {
        return bySilo.computeIfAbsent(silo, this::find);
    }

    private List<String> find(String silo) {
        var own = topics.updates(silo);
        var found =
                existing.keySet().stream()
                        .filter(name -> topics.siloOf(name).orElseThrow().equals(silo))
                        .sorted(Comparator.comparing((String name) -> !name.equals(own)))
                        .toList();
        return found.isEmpty() ? List.of(own) : found;
    }

    /** Whether a topic is there and has a partition of this number. */
    boolean has(String topic, int partition) {
        return existing.getOrDefault(topic, 0) > partition;
    }
}
