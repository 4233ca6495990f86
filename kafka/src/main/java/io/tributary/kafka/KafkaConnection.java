package io.tributary.kafka;

import io.tributary.kafka.registry.NoRegistry;
import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.kafka.registry.RegistryIds;
import io.tributary.schemas.wire.SchemaIds;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a Kafka cluster, and the schema registry that belongs to it, if one does. Every
 * client, source and sink of this module is made from one.
 *
 * @param bootstrapServers {@code host:port}, comma-separated
 * @param security client properties for credentials and encryption ({@code security.protocol},
 *     {@code sasl.*}, {@code ssl.*}), and {@code config.providers*}, by which they may be read from
 *     files; empty for a plain-text cluster
 * @param registry where the schemas are that values name by numbers; null if there is none
 */
public record KafkaConnection(
        String bootstrapServers,
        Map<String, String> security,
        @Nullable RegistryConnection registry)
        implements Serializable {

    private static final Pattern SERVERS = Pattern.compile("[^,\\s]+:\\d+(,[^,\\s]+:\\d+)*");

    public KafkaConnection {
        if (!SERVERS.matcher(bootstrapServers).matches()) {
            throw new IllegalArgumentException(
                    "bootstrap servers '%s' are not a comma-separated list of host:port"
                            .formatted(bootstrapServers));
        }
        for (var key : security.keySet()) {
            if (!key.startsWith("security.")
                    && !key.startsWith("sasl.")
                    && !key.startsWith("ssl.")
                    && !key.startsWith("config.providers")) {
                throw new IllegalArgumentException(
                        "connection property %s is not one of security.*, sasl.*, ssl.*, config.providers*"
                                .formatted(key));
            }
        }
        security = Map.copyOf(security);
    }

    /** A cluster without a schema registry. */
    public KafkaConnection(String bootstrapServers, Map<String, String> security) {
        this(bootstrapServers, security, null);
    }

    /** A cluster without authentication or encryption. */
    public static KafkaConnection plainText(String bootstrapServers) {
        return new KafkaConnection(bootstrapServers, Map.of());
    }

    /** What every client needs, in the form the Kafka clients take. */
    public Map<String, Object> clientConfig() {
        var config = new HashMap<String, Object>(security);
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return config;
    }

    /**
     * What a client needs that administers the cluster.
     *
     * @param timeout how long one request may take
     */
    public Map<String, Object> adminConfig(Duration timeout) {
        var config = clientConfig();
        int millis = Math.toIntExact(timeout.toMillis());
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(millis, 30_000));
        return config;
    }

    /** What every client needs, in the form the Flink connector takes. */
    public Properties clientProperties() {
        var properties = new Properties();
        properties.putAll(clientConfig());
        return properties;
    }

    /** What readers take the numbers in values' frames for. */
    public SchemaIds schemaIds() {
        return registry == null ? NoRegistry.IDS : registry.ids();
    }

    /** The numbers that writers write; null if they write without. */
    public @Nullable RegistryIds writtenIds() {
        return registry == null || !registry.writes() ? null : registry.ids();
    }

    /** Does not show credentials. */
    @Override
    public String toString() {
        return "KafkaConnection[" + bootstrapServers + "]";
    }
}
