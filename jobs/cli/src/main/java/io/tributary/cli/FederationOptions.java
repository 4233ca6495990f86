package io.tributary.cli;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import java.io.IOException;
import java.nio.file.Files;
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
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties file with security.*, sasl.* and ssl.* client settings.")
    private @Nullable Path kafkaConfig;

    KafkaConnection connection() throws IOException {
        return new KafkaConnection(bootstrapServers, security());
    }

    FederationTopics topics() {
        return new FederationTopics(federation);
    }

    private Map<String, String> security() throws IOException {
        var security = new HashMap<String, String>();
        if (kafkaConfig != null) {
            var properties = new Properties();
            try (var reader = Files.newBufferedReader(kafkaConfig)) {
                properties.load(reader);
            }
            for (var name : properties.stringPropertyNames()) {
                security.put(name, properties.getProperty(name));
            }
        }
        return security;
    }
}
