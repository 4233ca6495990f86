package io.tributary.cli.doctor;

import io.tributary.kafka.cluster.AccessReader;
import io.tributary.kafka.cluster.TopicAccess;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;

/**
 * What a cluster lets the caller do, of what {@link RoleNeeds} asks.
 *
 * @param secured whether it holds anybody to anything
 * @param topics by name
 * @param transactionalIds whether they may be used, by their beginning
 * @param mayCommit whether offsets of the group may be committed; true if there is no group
 * @param maySeeOffsets whether those of the watched group may be seen; true if there is none
 * @param cluster rights on the cluster as a whole
 */
record AccessFacts(
        boolean secured,
        Map<String, TopicAccess> topics,
        Map<String, Boolean> transactionalIds,
        boolean mayCommit,
        boolean maySeeOffsets,
        Set<AclOperation> cluster) {

    AccessFacts {
        topics = Map.copyOf(topics);
        transactionalIds = Map.copyOf(transactionalIds);
        cluster = Set.copyOf(cluster);
    }

    /**
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be asked
     */
    static AccessFacts read(AccessReader reader, RoleNeeds needs) {
        var ids = new TreeMap<String, Boolean>();
        Stream.concat(
                        needs.transactionalIds().stream(),
                        needs.strangers().transactionalIds().stream())
                .forEach(id -> ids.put(id, reader.mayTransact(RoleNeeds.unused(id))));
        var group = needs.group();
        var watched = needs.watchedGroup();
        return new AccessFacts(
                reader.isSecured(),
                reader.topics(needs.topics()),
                ids,
                group == null || reader.mayCommit(group),
                watched == null || reader.maySeeOffsets(watched),
                reader.cluster());
    }

    boolean may(String topic, AclOperation operation) {
        var access = topics.get(topic);
        return access != null && access.may(operation);
    }

    boolean mayTransact(String beginning) {
        return transactionalIds.getOrDefault(beginning, false);
    }
}
