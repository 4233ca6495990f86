package io.tributary.cli;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which federation on which cluster: the options that all commands on a broker share. */
final class FederationOptions {

    @Option(
            names = {"-b", "--bootstrap-servers"},
            paramLabel = "HOST:PORT",
            required = true,
            defaultValue = "${env:TRIBUTARY_BOOTSTRAP_SERVERS}",
            description = "Kafka brokers (or TRIBUTARY_BOOTSTRAP_SERVERS).")
    private String bootstrapServers;

    @Option(
            names = {"-f", "--federation"},
            paramLabel = "NAME",
            required = true,
            defaultValue = "${env:TRIBUTARY_FEDERATION}",
            description = "Federation: the prefix of its topics (or TRIBUTARY_FEDERATION).")
    private String federation;

    @Option(
            names = "--parent",
            paramLabel = "NAME",
            description =
                    "Federation whose versions are taken, if this one is a region behind a relay.")
    private @Nullable String parent;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties file with security.*, sasl.* and ssl.* client settings.")
    private @Nullable Path kafkaConfig;

    /** How to reach the cluster. */
    KafkaConnection connection() {
        return new KafkaConnection(bootstrapServers, security());
    }

    /**
     * How to reach the cluster, which has just answered.
     *
     * @throws org.apache.kafka.common.KafkaException if it cannot be reached
     */
    KafkaConnection reached() throws InterruptedException {
        var unused = topics(); // a wrong name is told before an address is waited for
        return ReachableCluster.check(connection());
    }

    FederationTopics topics() {
        return new FederationTopics(federation, parent == null ? federation : parent);
    }

    private Map<String, String> security() {
        return kafkaConfig == null ? Map.of() : security(kafkaConfig);
    }

    /**
     * Client settings from a properties file.
     *
     * @throws InputException if it cannot be read
     */
    static Map<String, String> security(Path file) {
        var security = new HashMap<String, String>();
        var properties = InputException.reading(() -> read(file));
        for (var name : properties.stringPropertyNames()) {
            security.put(name, properties.getProperty(name));
        }
        return security;
    }

    private static Properties read(Path file) throws IOException {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new IOException("Kafka client settings %s do not exist".formatted(file), e);
        }
        return properties;
    }
}
