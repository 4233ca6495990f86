package io.tributary.kafka.cluster;

import io.tributary.kafka.Answer;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * How much of what silos have sent the job of a model has not read yet, as far as its commits tell.
 *
 * <p>The job commits where it is to its consumer group whenever a checkpoint completes, so the
 * figure rises between checkpoints and falls with each. Only partitions with updates count, and
 * only as far as readers of committed records can read: an upload that is under way is nobody's
 * lag.
 *
 * <p>What is counted is offsets, and the job stands behind the last record that it was given. What
 * no reader of committed records is given counts until the job reads a committed record behind it
 * in the same partition: the records of aborted transactions, be it a silo's that died in an upload
 * or those of {@link io.tributary.kafka.client.UploadProbe}, and the marks that end transactions.
 * The last offset of a partition is not counted, which is such a mark.
 */
public final class JobLag implements AutoCloseable {

    private final Admin admin;
    private final FederationTopics topics;

    /**
     * @param timeout how long one request to the cluster may take
     */
    public JobLag(KafkaConnection connection, FederationTopics topics, Duration timeout) {
        this.admin = Admin.create(connection.adminConfig(timeout));
        this.topics = topics;
    }

    /**
     * Records the job of a model has not read, by silo.
     *
     * @return empty if it has never committed, or if the caller may not see that
     * @throws KafkaException if the cluster cannot be asked
     */
    public Optional<SortedMap<String, Long>> bySilo(String model) {
        try {
            var committed = committed(topics.job(model));
            return committed.isEmpty()
                    ? Optional.empty()
                    : Optional.of(lag(updatePartitions(), committed));
        } catch (KafkaException e) {
            if (e.getCause() instanceof AuthorizationException
                    || e.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private SortedMap<String, Long> lag(
            Map<TopicPartition, String> silos, Map<TopicPartition, Long> committed) {
        var ends = offsets(silos.keySet(), OffsetSpec.latest());
        var unread = silos.keySet().stream().filter(p -> !committed.containsKey(p));
        var begins = offsets(unread.collect(Collectors.toSet()), OffsetSpec.earliest());
        var bySilo = new TreeMap<String, Long>();
        silos.forEach(
                (partition, silo) -> {
                    // What the job has read nothing of, it will read from the beginning.
                    long position =
                            committed.getOrDefault(partition, begins.getOrDefault(partition, 0L));
                    long records = Math.max(0, ends.get(partition) - position - 1);
                    bySilo.merge(silo, records, Long::sum);
                });
        return Collections.unmodifiableSortedMap(bySilo);
    }

    private Map<TopicPartition, Long> committed(String group) {
        var offsets = new HashMap<TopicPartition, Long>();
        Map<TopicPartition, OffsetAndMetadata> found =
                Answer.to(
                        "ask for the offsets of consumer group " + group,
                        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        found.forEach(
                (partition, offset) -> {
                    if (offset != null) {
                        offsets.put(partition, offset.offset());
                    }
                });
        return offsets;
    }

    /** The partitions with updates, and whose they are. */
    private Map<TopicPartition, String> updatePartitions() {
        var bySilo =
                topics.bySilo(
                        Answer.to("list the topics of the cluster", admin.listTopics().names()));
        var names = bySilo.values().stream().flatMap(List::stream).toList();
        var described =
                Answer.to(
                        "describe the update topics", admin.describeTopics(names).allTopicNames());
        var silos = new HashMap<TopicPartition, String>();
        bySilo.forEach(
                (silo, own) -> {
                    for (var name : own) {
                        for (var partition : described.get(name).partitions()) {
                            silos.put(new TopicPartition(name, partition.partition()), silo);
                        }
                        silos.remove(new TopicPartition(name, FederationTopics.PRESENCE_PARTITION));
                    }
                });
        return silos;
    }

    private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec spec) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        var asked = partitions.stream().collect(Collectors.toMap(Function.identity(), p -> spec));
        var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
        var offsets = new HashMap<TopicPartition, Long>();
        Answer.to("ask how far the update topics go", admin.listOffsets(asked, options).all())
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
