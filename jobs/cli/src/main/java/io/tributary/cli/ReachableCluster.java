package io.tributary.cli;

import io.tributary.kafka.KafkaConnection;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;

/** Finds out soon what the clients that do the work would find out after half a minute. */
final class ReachableCluster {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How the client begins its error for hosts without an address. */
    private static final String UNRESOLVED = "No resolvable bootstrap urls";

    private ReachableCluster() {}

    /**
     * Asks a cluster for its name, and its schema registry, if it has one, whether it is there.
     *
     * @return the connection
     * @throws UnreachableClusterException if no broker answers
     * @throws KafkaException if the cluster refuses the caller, or the registry does not answer
     */
    static KafkaConnection check(KafkaConnection connection) throws InterruptedException {
        var config = connection.clientConfig();
        int millis = Math.toIntExact(PATIENCE.toMillis());
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        try (var admin = Admin.create(config)) {
            var name = admin.describeCluster().clusterId().get();
            if (name == null) {
                throw new KafkaException("%s has no name".formatted(connection));
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new UnreachableClusterException(
                        "no Kafka broker answers at %s within %s s; check the address and that the broker runs"
                                .formatted(connection.bootstrapServers(), PATIENCE.toSeconds()),
                        e);
            }
            throw new KafkaException(e.getCause().getMessage(), e.getCause());
        } catch (KafkaException e) {
            if (e.getCause() instanceof ConfigException unresolved
                    && unresolved.getMessage().startsWith(UNRESOLVED)) {
                throw new UnreachableClusterException(
                        "no host of %s has an address; check the spelling"
                                .formatted(connection.bootstrapServers()),
                        e);
            }
            throw e;
        }
        var registry = connection.registry();
        if (registry != null) {
            registry.ids().ping();
        }
        return connection;
    }
}
