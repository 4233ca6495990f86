package io.tributary.tests.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.kafka.topics.TopicSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The topics and users that Strimzi is told to make, as a broker would have them.
 *
 * @param topics of the resources of kind {@code KafkaTopic}
 * @param users of the resources of kind {@code KafkaUser}
 */
public record StrimziResources(List<TopicSpec> topics, List<User> users) {

    /**
     * A principal and its rights.
     *
     * @param name of the principal, as with SCRAM
     * @param rights as Strimzi's user operator would grant them
     */
    public record User(String name, List<AclBinding> rights) {}

    /** Those of the base and of the example's silos. */
    public static StrimziResources ofTheExample() {
        var topics = new ArrayList<TopicSpec>();
        var users = new ArrayList<User>();
        var files = new ArrayList<>(Deployment.list(Deployment.SILOS));
        files.add(Deployment.KUBERNETES.resolve("base/topics.yaml"));
        files.add(Deployment.KUBERNETES.resolve("base/users.yaml"));
        for (var file : files) {
            for (var resource : Deployment.documents(file)) {
                switch (resource.path("kind").asText()) {
                    case "KafkaTopic" -> topics.add(topic(resource));
                    case "KafkaUser" -> users.add(user(resource));
                    default ->
                            throw new IllegalArgumentException(
                                    "%s holds a %s".formatted(file, resource.path("kind")));
                }
            }
        }
        return new StrimziResources(List.copyOf(topics), List.copyOf(users));
    }

    /**
     * @throws IllegalArgumentException if there is no such user
     */
    public User user(String name) {
        return users.stream()
                .filter(user -> user.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no user " + name));
    }

    private static TopicSpec topic(JsonNode resource) {
        var spec = resource.path("spec");
        var config = new HashMap<String, String>();
        spec.path("config")
                .properties()
                .forEach(e -> config.put(e.getKey(), e.getValue().asText()));
        return new TopicSpec(
                name(resource),
                spec.path("partitions").asInt(),
                spec.path("replicas").asInt(),
                config);
    }

    private static User user(JsonNode resource) {
        var name = name(resource);
        var rights = new ArrayList<AclBinding>();
        for (var acl : resource.at("/spec/authorization/acls")) {
            var pattern = pattern(acl.path("resource"));
            for (var operation : acl.path("operations")) {
                rights.add(
                        new AclBinding(
                                pattern,
                                new AccessControlEntry(
                                        "User:" + name,
                                        "*",
                                        operation(operation.asText()),
                                        AclPermissionType.ALLOW)));
            }
        }
        return new User(name, List.copyOf(rights));
    }

    private static String name(JsonNode resource) {
        return resource.at("/metadata/name").asText();
    }

    private static ResourcePattern pattern(JsonNode resource) {
        var type = resource.path("type").asText();
        return switch (type) {
            case "cluster" ->
                    new ResourcePattern(
                            ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL);
            case "topic", "group", "transactionalId" ->
                    new ResourcePattern(
                            type.equals("transactionalId")
                                    ? ResourceType.TRANSACTIONAL_ID
                                    : ResourceType.fromString(type),
                            resource.path("name").asText(),
                            resource.path("patternType").asText().equals("prefix")
                                    ? PatternType.PREFIXED
                                    : PatternType.LITERAL);
            default -> throw new IllegalArgumentException("there is no resource type " + type);
        };
    }

    /** Strimzi writes {@code DescribeConfigs}, Kafka {@code DESCRIBE_CONFIGS}. */
    private static AclOperation operation(String name) {
        return AclOperation.fromString(
                name.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT));
    }

    /** Silos that have a topic here, in order. */
    public List<String> silos() {
        return topics.stream()
                .map(TopicSpec::name)
                .filter(name -> name.contains(".updates."))
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .sorted()
                .toList();
    }
}
