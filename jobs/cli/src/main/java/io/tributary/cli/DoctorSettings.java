package io.tributary.cli;

import io.tributary.aggregation.JobConfiguration;
import io.tributary.aggregation.JobOptions;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.check.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The job's settings as {@code doctor} reads them: those that cannot be right are a finding. */
final class DoctorSettings {

    /** How the options of a schema registry begin. */
    private static final String REGISTRY = "kafka.schema-registry.";

    @Mixin private KafkaConfigOption kafkaConfig;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "YAML file with the job's options, as for 'tributary job run'.")
    private @Nullable Path config;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            mapFallbackValue = "true",
            description = "Sets an option of the job; wins over the file. Repeatable.")
    private Map<String, String> overrides = Map.of();

    @Option(
            names = {"-b", "--bootstrap-servers"},
            paramLabel = "HOST:PORT",
            description =
                    "Kafka brokers (default: those of the file, or TRIBUTARY_BOOTSTRAP_SERVERS).")
    private @Nullable String bootstrapServers;

    @Option(
            names = {"-f", "--federation"},
            paramLabel = "NAME",
            description = "Federation (default: the one of the file, or TRIBUTARY_FEDERATION).")
    private @Nullable String federation;

    @Option(
            names = "--schema-registry",
            paramLabel = "URL",
            description =
                    "Schema registry (default: that of the file, or TRIBUTARY_SCHEMA_REGISTRY).")
    private @Nullable String schemaRegistry;

    /** Whether the caller has given options of the job. */
    boolean given() {
        return config != null || !overrides.isEmpty();
    }

    /**
     * What the file, the options and the environment say together.
     *
     * @throws IllegalArgumentException for an unknown option, or an unreadable file
     */
    Configuration options() {
        var pairs = new ArrayList<String>();
        overrides.forEach((key, value) -> pairs.add(key + "=" + value));
        put(pairs, JobOptions.BOOTSTRAP_SERVERS.key(), bootstrapServers);
        put(pairs, JobOptions.FEDERATION.key(), federation);
        var settings = kafkaConfig.settings();
        settings.security()
                .forEach(
                        (key, value) ->
                                put(pairs, JobOptions.KAFKA_SECURITY.key() + "." + key, value));
        settings.registry().forEach((key, value) -> put(pairs, registryKey(key), value));
        put(pairs, JobOptions.REGISTRY_URL.key(), schemaRegistry);
        var options = JobConfiguration.read(config, pairs);
        fill(options, JobOptions.BOOTSTRAP_SERVERS.key(), "TRIBUTARY_BOOTSTRAP_SERVERS");
        fill(options, JobOptions.FEDERATION.key(), "TRIBUTARY_FEDERATION");
        fill(options, JobOptions.REGISTRY_URL.key(), "TRIBUTARY_SCHEMA_REGISTRY");
        return options;
    }

    /** The job's option for a property of a schema registry. */
    private static String registryKey(String property) {
        return switch (property) {
            case ClientSettings.URL -> JobOptions.REGISTRY_URL.key();
            case ClientSettings.WRITE -> JobOptions.REGISTRY_WRITE.key();
            case ClientSettings.SUBJECTS -> JobOptions.REGISTRY_SUBJECTS.key();
            case ClientSettings.AUTO_REGISTER -> JobOptions.REGISTRY_AUTO_REGISTER.key();
            default -> JobOptions.REGISTRY_SECURITY.key() + "." + property;
        };
    }

    /**
     * The job's settings, or, if they cannot be right, its default ones for the same federation.
     *
     * @throws IllegalArgumentException if it is not known which federation, and where
     */
    static JobSettings settings(Configuration options, List<Finding> findings) {
        try {
            return JobSettings.read(options);
        } catch (IllegalArgumentException e) {
            var place = place(options);
            var defaults = JobSettings.read(place);
            findings.add(
                    Finding.problem(
                            "configuration",
                            e.getMessage(),
                            "change it; what follows is about the default settings"));
            return defaults;
        }
    }

    private static Configuration place(Configuration options) {
        var place = new Configuration(options);
        for (var key : options.keySet()) {
            if (!key.equals(JobOptions.BOOTSTRAP_SERVERS.key())
                    && !key.startsWith(JobOptions.KAFKA_SECURITY.key())
                    && !key.startsWith(REGISTRY)
                    && !key.equals(JobOptions.FEDERATION.key())
                    && !key.equals(JobOptions.RELAY_PARENT.key()) // a region has other topics
                    && !key.equals(JobOptions.MODEL.key())) {
                place.removeKey(key);
            }
        }
        return place;
    }

    private static void put(List<String> pairs, String key, @Nullable String value) {
        if (value != null) {
            pairs.add(key + "=" + value);
        }
    }

    private static void fill(Configuration options, String key, String variable) {
        var value = System.getenv(variable);
        if (value != null && !options.containsKey(key)) {
            options.setString(key, value);
        }
    }
}
