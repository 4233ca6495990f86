package io.tributary.kafka.embedded;

import java.util.Properties;
import java.util.function.Supplier;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/** How a broker in this process comes up. */
final class BrokerStart {

    private static final int ATTEMPTS = 3;

    private BrokerStart() {}

    /**
     * Starts a broker, and again if that fails: another process may take a free port before the
     * broker does.
     *
     * @param start throws {@link IllegalStateException} if it fails; takes other ports each time
     */
    static <T> T onFreePorts(Supplier<T> start) {
        for (int attempt = 1; ; attempt++) {
            try {
                return start.get();
            } catch (IllegalStateException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Starts a broker; leaves nothing of it behind if it does not start.
     *
     * @throws IllegalStateException if it does not, naming where it was to be
     */
    static KafkaRaftServer start(Properties properties) {
        var server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new IllegalStateException(
                    "cannot start a broker on %s in %s"
                            .formatted(
                                    properties.getProperty("advertised.listeners"),
                                    properties.getProperty("log.dirs")),
                    e);
        }
        return server;
    }
}
