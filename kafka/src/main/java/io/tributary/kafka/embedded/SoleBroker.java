package io.tributary.kafka.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A broker that is alone and small, and its own controller, in whichever process it runs: what it
 * is configured with besides its listeners, and its data directory.
 */
public final class SoleBroker {

    /** Its node id, as broker and as controller. */
    public static final int NODE = 1;

    /** Name of the listener it has as its own controller. */
    public static final String CONTROLLER = "CONTROLLER";

    private SoleBroker() {}

    /**
     * Its configuration, which lacks {@code listeners}, {@code advertised.listeners}, their
     * security protocols and {@code inter.broker.listener.name}. The caller may change it.
     *
     * @param directory where it keeps its log
     * @param controller host and port of the listener {@link #CONTROLLER}
     */
    public static Properties properties(Path directory, String controller) {
        var p = new Properties();
        p.setProperty("node.id", String.valueOf(NODE));
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("controller.listener.names", CONTROLLER);
        p.setProperty("controller.quorum.voters", "%s@%s".formatted(NODE, controller));
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

    /**
     * Prepares a directory; one that was prepared before stays as it is.
     *
     * @throws IllegalStateException if it cannot be used, naming it
     */
    public static void format(Path directory) {
        format(directory, List.of());
    }

    /**
     * The same for a broker that asks for passwords.
     *
     * @param credentials of who is known from the beginning, each as {@code
     *     SCRAM-SHA-512=[name=...,password=...]}
     */
    static void format(Path directory, List<String> credentials) {
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
                    .setControllerListenerName(CONTROLLER)
                    .setHasDynamicQuorum(false)
                    .setScramArguments(credentials)
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "cannot prepare %s as a broker's data directory".formatted(directory), e);
        }
    }
}
