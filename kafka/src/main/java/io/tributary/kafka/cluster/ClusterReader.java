package io.tributary.kafka.cluster;

import io.tributary.kafka.Answer;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** Asks a cluster what it is like, and changes nothing. */
public final class ClusterReader implements AutoCloseable {

    private final Admin admin;

    /**
     * @param timeout how long one request to the cluster may take
     */
    public ClusterReader(KafkaConnection connection, Duration timeout) {
        this.admin = Admin.create(connection.adminConfig(timeout));
    }

    /**
     * The brokers and what they have agreed on. Each broker is asked for itself.
     *
     * @throws KafkaException if the cluster cannot be asked
     */
    public ClusterFacts cluster() {
        var described = admin.describeCluster();
        var nodes = Answer.to("describe the cluster", described.nodes());
        var asked = new TreeMap<Integer, KafkaFuture<Config>>();
        for (var node : nodes) {
            var name = String.valueOf(node.id());
            var resource = new ConfigResource(ConfigResource.Type.BROKER, name);
            asked.put(node.id(), admin.describeConfigs(List.of(resource)).values().get(resource));
        }
        var brokers = new ArrayList<BrokerFacts>();
        nodes.stream()
                .sorted(Comparator.comparing(Node::id))
                .forEach(node -> brokers.add(broker(node, asked.get(node.id()))));
        var features = new TreeMap<String, Integer>();
        Answer.to("ask for the cluster's features", admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .forEach((name, level) -> features.put(name, (int) level.maxVersionLevel()));
        return new ClusterFacts(
                String.valueOf(Answer.to("ask for the cluster's id", described.clusterId())),
                brokers,
                features);
    }

    private static BrokerFacts broker(Node node, KafkaFuture<Config> answer) {
        var address = node.host() + ":" + node.port();
        try {
            return new BrokerFacts(node.id(), address, true, values(answer.get()));
        } catch (ExecutionException e) {
            return new BrokerFacts(node.id(), address, !isSilence(e.getCause()), Map.of());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Any other error is an answer: of a broker that does not tell the caller, for instance. */
    static boolean isSilence(Throwable failure) {
        return failure instanceof TimeoutException || failure instanceof DisconnectException;
    }

    /**
     * The topics of a federation that exist, by name.
     *
     * @throws KafkaException if the cluster cannot be asked
     */
    public Map<String, TopicFacts> topics(FederationTopics topics) {
        return topics(topics::isOwn);
    }

    /**
     * The topics that exist and have a name that is wanted, by name.
     *
     * @throws KafkaException if the cluster cannot be asked
     */
    public Map<String, TopicFacts> topics(Predicate<String> wanted) {
        var names =
                Answer.to("list the topics of the cluster", admin.listTopics().names()).stream()
                        .filter(wanted)
                        .toList();
        return describe(names);
    }

    /**
     * What there is of partitions.
     *
     * @throws KafkaException if the cluster cannot be asked, or one of them does not exist
     */
    public Map<TopicPartition, LogRange> ranges(Set<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        var begin = offsets(partitions, OffsetSpec.earliest());
        var end = offsets(partitions, OffsetSpec.latest());
        return partitions.stream()
                .collect(
                        Collectors.toMap(
                                Function.identity(),
                                p -> new LogRange(begin.get(p).offset(), end.get(p).offset())));
    }

    /**
     * The disks of all brokers, by broker.
     *
     * @return without those that do not tell
     * @throws KafkaException if the cluster cannot be asked, or does not tell the caller
     */
    public Map<Integer, DiskFacts> disks() {
        var nodes = Answer.to("describe the cluster", admin.describeCluster().nodes());
        var ids = nodes.stream().map(Node::id).toList();
        var disks = new TreeMap<Integer, DiskFacts>();
        Answer.to("ask the brokers for their disks", admin.describeLogDirs(ids).allDescriptions())
                .forEach(
                        (broker, folders) -> {
                            long total = 0;
                            long free = 0;
                            for (var folder : folders.values()) {
                                total += folder.totalBytes().orElse(0);
                                free += folder.usableBytes().orElse(0);
                            }
                            if (total > 0) {
                                disks.put(broker, new DiskFacts(total, free));
                            }
                        });
        return disks;
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(
            Set<TopicPartition> partitions, OffsetSpec spec) {
        var asked = partitions.stream().collect(Collectors.toMap(Function.identity(), p -> spec));
        return Answer.to("ask what there is on the log", admin.listOffsets(asked).all());
    }

    private Map<String, TopicFacts> describe(Collection<String> names) {
        var found = new TreeMap<String, TopicFacts>();
        if (names.isEmpty()) {
            return found;
        }
        var resources =
                names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList();
        var configs = admin.describeConfigs(resources).values();
        var described =
                Answer.to(
                        "describe the federation's topics",
                        admin.describeTopics(names).allTopicNames());
        for (var resource : resources) {
            var topic = described.get(resource.name());
            found.put(topic.name(), facts(topic, config(topic.name(), configs.get(resource))));
        }
        return found;
    }

    /** Empty if the caller may not see it: who may write to a topic need not. */
    private static Map<String, String> config(String topic, KafkaFuture<Config> answer) {
        try {
            return values(Answer.to("ask how topic %s is configured".formatted(topic), answer));
        } catch (KafkaException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Map.of();
            }
            throw e;
        }
    }

    private static TopicFacts facts(TopicDescription topic, Map<String, String> config) {
        var partitions = topic.partitions();
        return new TopicFacts(
                topic.name(),
                partitions.size(),
                partitions.stream().mapToInt(p -> p.replicas().size()).min().orElse(0),
                partitions.stream()
                        .filter(p -> p.leader() == null)
                        .map(TopicPartitionInfo::partition)
                        .toList(),
                config);
    }

    /** What is secret has no value. */
    private static Map<String, String> values(Config config) {
        var values = new HashMap<String, String>();
        for (var entry : config.entries()) {
            if (entry.value() != null) {
                values.put(entry.name(), entry.value());
            }
        }
        return values;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
