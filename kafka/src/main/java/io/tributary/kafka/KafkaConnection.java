package io.tributary.kafka;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * How to reach a Kafka cluster. Every client, source and sink of this module is made from one.
 *
 * @param bootstrapServers {@code host:port}, comma-separated
 * @param security client properties for credentials and encryption ({@code security.protocol},
 *     {@code sasl.*}, {@code ssl.*}); empty for a plain-text cluster
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> security)
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
                    && !key.startsWith("ssl.")) {
                throw new IllegalArgumentException(
                        "connection property %s is not one of security.*, sasl.*, ssl.*"
                                .formatted(key));
            }
        }
        security = Map.copyOf(security);
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

    /** What every client needs, in the form the Flink connector takes. */
    public Properties clientProperties() {
        var properties = new Properties();
        properties.putAll(clientConfig());
        return properties;
    }

    /** Does not show credentials. */
    @Override
    public String toString() {
        return "KafkaConnection[" + bootstrapServers + "]";
    }
}
