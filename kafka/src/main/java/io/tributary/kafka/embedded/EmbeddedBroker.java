package io.tributary.kafka.embedded;

import io.tributary.kafka.KafkaConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * A real Kafka broker, and its controller, in this process: for the demo and for tests.
 *
 * <p>It listens on the loopback interface only, does not create topics by itself and keeps its data
 * in the directory given, so that a broker started there again goes on where the last one stopped.
 */
public final class EmbeddedBroker implements AutoCloseable {

    static final String HOST = "127.0.0.1";

    private final KafkaRaftServer server;
    private final int port;
    private boolean closed;

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Starts a broker on a free port. */
    public static EmbeddedBroker start(Path dataDirectory) {
        for (int attempt = 1; ; attempt++) {
            try {
                return start(dataDirectory, freePort());
            } catch (IllegalStateException e) {
                // Another process may take a free port before the broker does.
                if (attempt == 3) {
                    throw e;
                }
            }
        }
    }

    /**
     * Starts a broker.
     *
     * @param dataDirectory created if missing; used by one broker at a time
     * @param port port on the loopback interface
     * @throws IllegalStateException if the directory cannot be used or the port is taken
     */
    public static EmbeddedBroker start(Path dataDirectory, int port) {
        int controllerPort = freePort();
        var properties = properties(dataDirectory, port, controllerPort);
        SoleBroker.format(dataDirectory);
        var server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new IllegalStateException(
                    "cannot start a broker on %s:%s in %s".formatted(HOST, port, dataDirectory), e);
        }
        return new EmbeddedBroker(server, port);
    }

    public String bootstrapServers() {
        return HOST + ":" + port;
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
        var controller = HOST + ":" + controllerPort;
        var p = SoleBroker.properties(directory, controller);
        p.setProperty(
                "listeners",
                "BROKER://%s:%s,%s://%s".formatted(HOST, port, SoleBroker.CONTROLLER, controller));
        p.setProperty("advertised.listeners", "BROKER://%s:%s".formatted(HOST, port));
        p.setProperty(
                "listener.security.protocol.map",
                "BROKER:PLAINTEXT,%s:PLAINTEXT".formatted(SoleBroker.CONTROLLER));
        p.setProperty("inter.broker.listener.name", "BROKER");
        return p;
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + HOST, e);
        }
    }
}
