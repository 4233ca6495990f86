package io.tributary.kafka.topics;

import io.tributary.kafka.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates topics. Doing it twice is fine; a topic that is already there is compared and never
 * changed.
 */
public final class TopicAdmin implements AutoCloseable {

    private final Admin admin;
    private final Duration timeout;

    /**
     * @param timeout how long one request to the cluster may take
     */
    public TopicAdmin(KafkaConnection connection, Duration timeout) {
        this.timeout = timeout;
        admin = Admin.create(connection.adminConfig(timeout));
    }

    /**
     * Creates what is missing.
     *
     * @return names of the topics that were created, in the order given
     * @throws TopicMismatchException if a topic is there but differs in its number of partitions or
     *     in a configuration the federation relies on; names all differences. Missing topics are
     *     created all the same
     */
    public List<String> create(Collection<TopicSpec> specs) {
        var byName =
                specs.stream().collect(Collectors.toMap(TopicSpec::name, TopicSpec::toNewTopic));
        var results = admin.createTopics(byName.values()).values();
        var created = new ArrayList<String>();
        var existing = new ArrayList<TopicSpec>();
        for (var spec : specs) {
            try {
                results.get(spec.name()).get();
                created.add(spec.name());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaException(
                            "cannot create topic %s: %s"
                                    .formatted(spec.name(), e.getCause().getMessage()),
                            e.getCause());
                }
                existing.add(spec);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        awaitVisible(created);
        var differences = differences(existing);
        if (!differences.isEmpty()) {
            throw new TopicMismatchException(differences);
        }
        return created;
    }

    /** Silos of a federation that have an update topic, in silo-id order. */
    public List<String> silos(FederationTopics topics) {
        return List.copyOf(updateTopics(topics).keySet());
    }

    /**
     * Update topics of a federation that there are, {@linkplain FederationTopics#bySilo by silo}.
     */
    public SortedMap<String, List<String>> updateTopics(FederationTopics topics) {
        return topics.bySilo(names());
    }

    /** A broker learns of a new topic a moment after the controller has created it. */
    private void awaitVisible(List<String> created) {
        long start = System.nanoTime();
        while (!names().containsAll(created)) {
            if (System.nanoTime() - start > timeout.toNanos()) {
                throw new TimeoutException(
                        "topics %s were created, but no broker shows them after %s"
                                .formatted(created, timeout));
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private Set<String> names() {
        try {
            return admin.listTopics().names().get();
        } catch (ExecutionException e) {
            throw new KafkaException("cannot list the topics of the cluster", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private List<String> differences(List<TopicSpec> specs) {
        if (specs.isEmpty()) {
            return List.of();
        }
        try {
            var names = specs.stream().map(TopicSpec::name).toList();
            var descriptions = admin.describeTopics(names).allTopicNames().get();
            var resources =
                    names.stream()
                            .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                            .toList();
            var configs = admin.describeConfigs(resources).all().get();
            var differences = new ArrayList<String>();
            for (var spec : specs) {
                int partitions = descriptions.get(spec.name()).partitions().size();
                if (partitions != spec.partitions()) {
                    differences.add(
                            "%s has %s partitions, expected %s"
                                    .formatted(spec.name(), partitions, spec.partitions()));
                }
                var resource = new ConfigResource(ConfigResource.Type.TOPIC, spec.name());
                addConfigDifferences(spec, configs.get(resource), differences);
            }
            return differences;
        } catch (ExecutionException e) {
            throw new KafkaException("cannot describe existing topics", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static void addConfigDifferences(
            TopicSpec spec, Config actual, List<String> differences) {
        spec.config().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        wanted -> {
                            var found = actual.get(wanted.getKey());
                            if (!wanted.getValue().equals(found.value())) {
                                differences.add(
                                        "%s has %s=%s, expected %s"
                                                .formatted(
                                                        spec.name(),
                                                        wanted.getKey(),
                                                        found.value(),
                                                        wanted.getValue()));
                            }
                        });
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
