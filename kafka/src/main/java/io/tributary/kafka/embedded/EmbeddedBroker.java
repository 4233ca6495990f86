package io.tributary.kafka.embedded;

import io.tributary.kafka.KafkaConnection;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaRaftServer;

/**
 * A real Kafka broker, and its controller, in this process: for the demo and for tests.
 *
 * <p>It listens on the loopback interface only, does not create topics by itself and keeps its data
 * in the directory given, so that a broker started there again goes on where the last one stopped.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private final KafkaRaftServer server;
    private final int port;
    private boolean closed;

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Starts a broker on a free port. */
    public static EmbeddedBroker start(Path dataDirectory) {
        return BrokerStart.onFreePorts(() -> start(dataDirectory, FreePorts.take()));
    }

    /**
     * Starts a broker.
     *
     * @param dataDirectory created if missing; used by one broker at a time
     * @param port port on the loopback interface
     * @throws IllegalStateException if the directory cannot be used or the port is taken
     */
    public static EmbeddedBroker start(Path dataDirectory, int port) {
        var properties = properties(dataDirectory, port, FreePorts.take());
        SoleBroker.format(dataDirectory);
        return new EmbeddedBroker(BrokerStart.start(properties), port);
    }

    public String bootstrapServers() {
        return FreePorts.HOST + ":" + port;
    }

    public KafkaConnection connection() {
        return KafkaConnection.plainText(bootstrapServers());
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            server.shutdown();
            server.awaitShutdown();
        }
    }

    private static Properties properties(Path directory, int port, int controllerPort) {
        var controller = FreePorts.HOST + ":" + controllerPort;
        var p = SoleBroker.properties(directory, controller);
        p.setProperty(
                "listeners",
                "BROKER://%s:%s,%s://%s"
                        .formatted(FreePorts.HOST, port, SoleBroker.CONTROLLER, controller));
        p.setProperty("advertised.listeners", "BROKER://%s:%s".formatted(FreePorts.HOST, port));
        p.setProperty(
                "listener.security.protocol.map",
                "BROKER:PLAINTEXT,%s:PLAINTEXT".formatted(SoleBroker.CONTROLLER));
        p.setProperty("inter.broker.listener.name", "BROKER");
        return p;
    }
}
