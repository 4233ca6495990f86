package io.tributary.kafka.cluster;

import io.tributary.kafka.Answer;
import io.tributary.kafka.KafkaConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Asks a cluster what the caller may do, and changes nothing.
 *
 * <p>Brokers tell what is allowed with topics and with the cluster. With consumer groups and
 * transactional ids they do not; there they are asked for something that nobody can be given, and
 * it depends on the caller's rights with which error they refuse.
 */
public final class AccessReader implements AutoCloseable {

    /** A member that no group has. */
    private static final String NOBODY = "tributary-doctor-nobody";

    private final KafkaConnection connection;
    private final Duration timeout;
    private final Admin admin;

    /**
     * @param timeout how long one request to the cluster may take
     */
    public AccessReader(KafkaConnection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
        this.admin = Admin.create(connection.adminConfig(timeout));
    }

    /**
     * Whether the brokers hold anybody to anything.
     *
     * @throws KafkaException if the cluster cannot be asked
     */
    public boolean isSecured() {
        if (!cluster().contains(AclOperation.DESCRIBE)) {
            return true; // who may not look at the rules is held to them
        }
        try {
            var unused =
                    Answer.to(
                            "ask for access rules",
                            admin.describeAcls(AclBindingFilter.ANY).values());
            return true;
        } catch (KafkaException e) {
            if (e.getCause() instanceof SecurityDisabledException) {
                return false;
            }
            throw e;
        }
    }

    /**
     * What the caller may do with topics, by name.
     *
     * @throws KafkaException if the cluster cannot be asked
     */
    public Map<String, TopicAccess> topics(Collection<String> names) {
        var options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        var found = new TreeMap<String, TopicAccess>();
        admin.describeTopics(names, options)
                .topicNameValues()
                .forEach((name, answer) -> found.put(name, access(name, answer)));
        return found;
    }

    private static TopicAccess access(String name, KafkaFuture<TopicDescription> answer) {
        try {
            var described = Answer.to("describe topic " + name, answer);
            return new TopicAccess(true, false, told(described.authorizedOperations()));
        } catch (KafkaException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return new TopicAccess(false, false, Set.of());
            }
            if (e.getCause() instanceof TopicAuthorizationException) {
                return new TopicAccess(false, true, Set.of());
            }
            throw e;
        }
    }

    /**
     * What the caller may do with the cluster as a whole.
     *
     * @throws KafkaException if the cluster cannot be asked
     */
    public Set<AclOperation> cluster() {
        var options = new DescribeClusterOptions().includeAuthorizedOperations(true);
        return told(
                Answer.to(
                        "describe the cluster",
                        admin.describeCluster(options).authorizedOperations()));
    }

    private static Set<AclOperation> told(Set<AclOperation> operations) {
        return operations == null ? EnumSet.noneOf(AclOperation.class) : operations;
    }

    /**
     * Whether the caller may commit offsets for a group: it asks to take a member out that there is
     * not.
     *
     * @throws KafkaException if the cluster cannot be asked
     */
    public boolean mayCommit(String group) {
        var nobody = new MemberToRemove(NOBODY);
        var options = new RemoveMembersFromConsumerGroupOptions(List.of(nobody));
        var answer = admin.removeMembersFromConsumerGroup(group, options).memberResult(nobody);
        return !isRefused(answer);
    }

    /**
     * Whether the caller may see the offsets that a group has committed.
     *
     * @throws KafkaException if the cluster cannot be asked
     */
    public boolean maySeeOffsets(String group) {
        return !isRefused(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    private static boolean isRefused(KafkaFuture<?> answer) {
        try {
            var unused = answer.get();
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupAuthorizationException) {
                return true;
            }
            if (e.getCause() instanceof TimeoutException timeout) {
                throw timeout;
            }
            return false; // that there is no such group or member is said to those who may know
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * Whether the caller may write with a transactional id: it asks for transactions of 24 days,
     * which brokers refuse before they look at the id, unless they allow any length. So ask with an
     * id that nobody uses.
     *
     * @throws KafkaException if the cluster cannot be asked
     */
    public boolean mayTransact(String transactionalId) {
        var config = connection.clientConfig();
        config.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout.toMillis());
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            return true;
        } catch (TransactionalIdAuthorizationException e) {
            return false;
        } catch (KafkaException e) {
            if (TransactionLimit.isRefusal(e)) {
                return true;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
