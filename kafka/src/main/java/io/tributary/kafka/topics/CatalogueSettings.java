package io.tributary.kafka.topics;

import java.time.Duration;

/**
 * What an operator chooses about the topics of a federation.
 *
 * @param chunkPartitions partitions for chunks in each update topic; one more is added for presence
 * @param modelPartitions partitions of the models topic and of the genesis topic
 * @param replicationFactor copies of every partition
 * @param minInSyncReplicas copies that must have a record before it counts as written
 * @param updateRetention how long updates and model chunks are kept: how far back a version can be
 *     derived again. It must cover the time between two snapshots of the model
 * @param recordRetention how long the small records are kept: plans, outcomes, commands, rejections
 */
public record CatalogueSettings(
        int chunkPartitions,
        int modelPartitions,
        int replicationFactor,
        int minInSyncReplicas,
        Duration updateRetention,
        Duration recordRetention) {

    public CatalogueSettings {
        check(chunkPartitions, 1, 1000, "chunk partitions");
        check(modelPartitions, 1, 1000, "model partitions");
        check(replicationFactor, 1, Short.MAX_VALUE, "replication factor");
        check(minInSyncReplicas, 1, replicationFactor, "min in-sync replicas");
        checkPositive(updateRetention, "update retention");
        checkPositive(recordRetention, "record retention");
    }

    /** Three copies, two of them in sync. */
    public static CatalogueSettings replicated() {
        return new CatalogueSettings(4, 8, 3, 2, Duration.ofDays(7), Duration.ofDays(365));
    }

    /** For a cluster of one broker: demo and tests. */
    public static CatalogueSettings singleBroker() {
        return new CatalogueSettings(2, 4, 1, 1, Duration.ofDays(7), Duration.ofDays(365));
    }

    private static void check(int value, int lowest, int highest, String what) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(
                    "%s must be %s to %s, got %s".formatted(what, lowest, highest, value));
        }
    }

    private static void checkPositive(Duration value, String what) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "%s must be positive, got %s".formatted(what, value));
        }
    }
}
