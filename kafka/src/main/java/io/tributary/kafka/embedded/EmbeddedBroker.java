package io.tributary.kafka.embedded;

import io.tributary.kafka.KafkaConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A real Kafka broker, and its controller, in this process: for the demo and for tests.
 *
 * <p>It listens on the loopback interface only, does not create topics by itself and keeps its data
 * in the directory given, so that a broker started there again goes on where the last one stopped.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final int NODE = 1;
    private static final String HOST = "127.0.0.1";

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
        format(dataDirectory);
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
        var p = new Properties();
        p.setProperty("node.id", String.valueOf(NODE));
        p.setProperty("process.roles", "broker,controller");
        p.setProperty(
                "listeners",
                "BROKER://%s:%s,CONTROLLER://%s:%s".formatted(HOST, port, HOST, controllerPort));
        p.setProperty("advertised.listeners", "BROKER://%s:%s".formatted(HOST, port));
        p.setProperty("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.setProperty("inter.broker.listener.name", "BROKER");
        p.setProperty("controller.listener.names", "CONTROLLER");
        p.setProperty("controller.quorum.voters", "%s@%s:%s".formatted(NODE, HOST, controllerPort));
        p.setProperty("log.dirs", directory.toString());
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("share.coordinator.state.topic.replication.factor", "1");
        p.setProperty("share.coordinator.state.topic.min.isr", "1");
        // Their defaults of 50 partitions each cost start-up time that one process cannot use.
        p.setProperty("offsets.topic.num.partitions", "1");
        p.setProperty("transaction.state.log.num.partitions", "4");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        p.setProperty("log.cleaner.dedupe.buffer.size", String.valueOf(4 * 1024 * 1024));
        p.setProperty("num.network.threads", "2");
        p.setProperty("num.io.threads", "2");
        p.setProperty("background.threads", "2");
        p.setProperty("num.recovery.threads.per.data.dir", "1");
        return p;
    }

    private static void format(Path directory) {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try (var quiet =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(directory);
            new Formatter()
                    .setPrintStream(quiet)
                    .setNodeId(NODE)
                    .setClusterId(Uuid.randomUuid().toString())
                    .addDirectory(directory.toString())
                    .setMetadataLogDirectory(directory.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setHasDynamicQuorum(false)
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "cannot prepare %s as a broker's data directory".formatted(directory), e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + HOST, e);
        }
    }
}
