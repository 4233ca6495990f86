package io.tributary.kafka.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** Every topic of a federation, with its partitions and policies. */
public final class TopicCatalogue {

    /**
     * Largest record batch a broker takes: Kafka's default, stated because chunk sizes are derived
     * from it.
     */
    public static final int MAX_MESSAGE_BYTES = 1024 * 1024 + 12;

    private final FederationTopics topics;
    private final CatalogueSettings settings;

    public TopicCatalogue(FederationTopics topics, CatalogueSettings settings) {
        this.topics = topics;
        this.settings = settings;
    }

    /** The topics that all silos share, and the update topic of every silo given. */
    public List<TopicSpec> all(Collection<String> silos) {
        var specs = new ArrayList<>(shared());
        silos.stream().sorted().distinct().map(this::updates).forEach(specs::add);
        return specs;
    }

    /** The topics that all silos share; of a region, without those that are its parent's. */
    public List<TopicSpec> shared() {
        if (topics.isRegion()) {
            return List.of(
                    deleted(topics.rounds(), 1, settings.recordRetention()),
                    deleted(topics.control(), 1, settings.recordRetention()),
                    deleted(topics.rejected(), 1, settings.recordRetention()));
        }
        int models = settings.modelPartitions();
        return List.of(
                deleted(topics.rounds(), 1, settings.recordRetention()),
                deleted(topics.models(), models, settings.updateRetention()),
                compacted(topics.versions()),
                kept(topics.genesis(), models),
                deleted(topics.control(), 1, settings.recordRetention()),
                deleted(topics.rejected(), 1, settings.recordRetention()));
    }

    /** One silo's update topic. */
    public TopicSpec updates(String silo) {
        return deleted(
                topics.updates(silo), 1 + settings.chunkPartitions(), settings.updateRetention());
    }

    private TopicSpec deleted(String name, int partitions, Duration retention) {
        return spec(
                name,
                partitions,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        String.valueOf(retention.toMillis())));
    }

    /** A genesis must outlive every snapshot made from it: it is small and written once. */
    private TopicSpec kept(String name, int partitions) {
        return spec(
                name,
                partitions,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        "-1"));
    }

    private TopicSpec compacted(String name) {
        return spec(
                name,
                1,
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    }

    private TopicSpec spec(String name, int partitions, Map<String, String> policy) {
        var config = new HashMap<>(policy);
        // One clock, the broker's: arrival times decide rounds, and readers seek by them.
        config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(MAX_MESSAGE_BYTES));
        // The limit above counts bytes as stored. Stored uncompressed, it also bounds what a
        // reader allocates: a small batch cannot inflate in the readers of an untrusted silo.
        config.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed");
        config.put(
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                String.valueOf(settings.minInSyncReplicas()));
        return new TopicSpec(name, partitions, settings.replicationFactor(), config);
    }
}
