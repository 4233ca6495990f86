package io.tributary.kafka.cluster;

import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/**
 * What a caller may do with a topic.
 *
 * @param exists whether it is there; false too if the caller may not know
 * @param hidden whether the caller may not even know that it is there
 * @param operations what it may do; empty if the topic is hidden or does not exist
 */
public record TopicAccess(boolean exists, boolean hidden, Set<AclOperation> operations) {

    public TopicAccess {
        operations = Set.copyOf(operations);
    }

    public boolean may(AclOperation operation) {
        return operations.contains(operation);
    }
}
