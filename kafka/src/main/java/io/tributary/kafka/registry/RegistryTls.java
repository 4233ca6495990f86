package io.tributary.kafka.registry;

import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * A TLS context from the {@code ssl.*} properties that every user of Kafka knows: key stores and
 * trust stores in PEM, PKCS12 and JKS.
 */
final class RegistryTls {

    private RegistryTls() {}

    /**
     * @param properties may hold others besides
     * @throws ConfigException if a property or a store cannot be used
     */
    static SSLContext context(Map<String, String> properties) {
        var ssl = new HashMap<String, Object>();
        properties.forEach(
                (key, value) -> {
                    if (key.startsWith("ssl.")) {
                        ssl.put(key, value);
                    }
                });
        // Kafka's own reading of these properties, so that the same file does for both.
        try (var factory = new DefaultSslEngineFactory()) {
            factory.configure(new ConfigDef().withClientSslSupport().parse(ssl));
            return factory.sslContext();
        } catch (KafkaException e) {
            throw new ConfigException(
                    "the schema registry's ssl.* properties cannot be used: " + e.getMessage());
        }
    }
}
