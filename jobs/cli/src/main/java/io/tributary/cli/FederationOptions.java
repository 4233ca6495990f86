package io.tributary.cli;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which federation on which cluster: the options that all commands on a broker share. */
final class FederationOptions {

    @Mixin private KafkaConfigOption kafkaConfig;

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
            names = "--schema-registry",
            paramLabel = "URL",
            defaultValue = "${env:TRIBUTARY_SCHEMA_REGISTRY}",
            description =
                    "Schema registry whose numbers name the schemas of what is written (or"
                            + " TRIBUTARY_SCHEMA_REGISTRY; default: none is needed).")
    private @Nullable String schemaRegistry;

    /** How to reach the cluster. */
    KafkaConnection connection() {
        var settings = kafkaConfig.settings();
        return new KafkaConnection(
                bootstrapServers, settings.security(), settings.registry(schemaRegistry));
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
}
