package io.tributary.tests.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The services of {@code docker/compose.yaml}, as the compose specification reads them. */
final class ComposeFile {

    /** Of the repository. */
    static final Path FILE = Deployment.DOCKER.resolve("compose.yaml");

    /** One without another in it. */
    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\{([A-Z_]+)(?::([-+])([^${}]*))?}");

    private final JsonNode root;

    private ComposeFile(JsonNode root) {
        this.root = root;
    }

    /**
     * @param environment of whoever would call {@code docker compose}
     */
    static ComposeFile read(Map<String, String> environment) {
        var text = interpolated(Deployment.text(FILE), environment);
        return new ComposeFile(Deployment.documents(text).get(0));
    }

    /** Replaces variables from the inside out: a value may hold another. */
    static String interpolated(String text, Map<String, String> environment) {
        var result = text;
        for (var found = VARIABLE.matcher(result); found.find(); found = VARIABLE.matcher(result)) {
            result = found.replaceFirst(Matcher.quoteReplacement(value(found, environment)));
        }
        return result;
    }

    private static String value(Matcher variable, Map<String, String> environment) {
        var value = environment.getOrDefault(variable.group(1), "");
        var operator = variable.group(2);
        if (operator == null) {
            return value;
        }
        if (operator.equals("-")) {
            return value.isEmpty() ? variable.group(3) : value;
        }
        return value.isEmpty() ? "" : variable.group(3);
    }

    Map<String, Service> services() {
        var services = new TreeMap<String, Service>();
        root.path("services")
                .properties()
                .forEach(e -> services.put(e.getKey(), new Service(e.getKey(), e.getValue())));
        return services;
    }

    /**
     * @throws IllegalArgumentException if there is no such service
     */
    Service service(String name) {
        var service = services().get(name);
        if (service == null) {
            throw new IllegalArgumentException("%s has no service %s".formatted(FILE, name));
        }
        return service;
    }

    /** Volumes that are kept under a name. */
    List<String> volumes() {
        var names = new ArrayList<String>();
        root.path("volumes").fieldNames().forEachRemaining(names::add);
        return names;
    }

    /**
     * One of them.
     *
     * @param name of the service, and of its host in the network
     * @param node as it is in the file
     */
    record Service(String name, JsonNode node) {

        String image() {
            return node.path("image").asText();
        }

        /** The stage of {@code docker/Dockerfile} that it is built from; empty if it is not. */
        String target() {
            return node.at("/build/target").asText();
        }

        Map<String, String> environment() {
            var environment = new LinkedHashMap<String, String>();
            node.path("environment")
                    .properties()
                    .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
            return environment;
        }

        /** The words of the command; nothing in the file is quoted. */
        List<String> command() {
            return words(node.path("command"));
        }

        /** The words of its health check, without the first, which says how they are meant. */
        List<String> healthCheck() {
            var words = words(node.at("/healthcheck/test"));
            return words.isEmpty() ? words : words.subList(1, words.size());
        }

        private static List<String> words(JsonNode node) {
            var words = new ArrayList<String>();
            if (node.isArray()) {
                node.forEach(word -> words.add(word.asText()));
            } else if (!node.isMissingNode()) {
                words.addAll(List.of(node.asText().trim().split("\\s+")));
            }
            return words;
        }

        /** What is mounted, by where it is in the container; a path, or the name of a volume. */
        Map<String, String> mounts() {
            var mounts = new LinkedHashMap<String, String>();
            for (var mount : node.path("volumes")) {
                var parts = mount.asText().split(":", 3);
                mounts.put(parts[1], parts[0]);
            }
            return mounts;
        }

        /** Services it waits for, with what it waits for. */
        Map<String, String> dependsOn() {
            var conditions = new LinkedHashMap<String, String>();
            node.path("depends_on")
                    .properties()
                    .forEach(
                            e ->
                                    conditions.put(
                                            e.getKey(), e.getValue().path("condition").asText()));
            return conditions;
        }

        /** Whether an engine starts it again when it has ended with this code by itself. */
        boolean isStartedAgain(int exitCode) {
            return switch (node.path("restart").asText()) {
                case "always", "unless-stopped" -> true;
                case "on-failure" -> exitCode != 0;
                default -> false;
            };
        }

        List<String> ports() {
            var ports = new ArrayList<String>();
            node.path("ports").forEach(port -> ports.add(port.asText()));
            return ports;
        }
    }
}
