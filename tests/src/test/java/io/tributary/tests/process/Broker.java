package io.tributary.tests.process;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.embedded.FreePorts;
import io.tributary.kafka.embedded.SoleBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker in a process of its own, with an entrance for everybody whose connection is to be
 * broken: each has a listener, and each listener is advertised at the port of a {@link Link}. It
 * can be killed and started again on its log; the entrances stay where they are.
 */
public final class Broker implements AutoCloseable {

    private static final String MAIN = "kafka.Kafka";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of a drill, which keeps many processes in little memory. */
    private static final List<String> SMALL = List.of("-Xms128m", "-Xmx384m", "-XX:+UseSerialGC");

    private final Path data;
    private final Path logs;
    private final List<String> flags;
    private final Map<String, String> overrides;
    private final Path configuration;
    private final int port;
    private final Map<String, Link> links;
    private @Nullable Jvm process;

    private Broker(
            Path work,
            Path logs,
            List<String> flags,
            Map<String, String> overrides,
            int port,
            Map<String, Link> links) {
        this.flags = flags;
        this.overrides = overrides;
        this.data = work.resolve("kafka");
        this.configuration = work.resolve("broker.properties");
        this.logs = logs;
        this.port = port;
        this.links = links;
    }

    /**
     * Starts a broker.
     *
     * @param work where it keeps its log
     * @param logs where the process writes what it does
     * @param entrances who has an entrance of its own
     * @throws StalledException if it ends or does not answer; nothing of it is left then
     */
    public static Broker start(Path work, Path logs, List<String> entrances)
            throws StalledException, IOException {
        // Expired transactions are looked for every 10 s by default, which would only cost time.
        return start(
                work,
                logs,
                entrances,
                SMALL,
                Map.of(
                        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
                        "1000",
                        "num.network.threads",
                        "1"));
    }

    /**
     * Starts a broker of another size.
     *
     * @param work where it keeps its log
     * @param logs where the process writes what it does
     * @param flags of its JVM
     * @param overrides properties that differ from those of {@link SoleBroker}
     * @throws StalledException if it ends or does not answer; nothing of it is left then
     */
    public static Broker start(
            Path work, Path logs, List<String> flags, Map<String, String> overrides)
            throws StalledException, IOException {
        return start(work, logs, List.of(), flags, overrides);
    }

    private static Broker start(
            Path work,
            Path logs,
            List<String> entrances,
            List<String> flags,
            Map<String, String> overrides)
            throws StalledException, IOException {
        var ports = FreePorts.take(entrances.size() + 2);
        var links = new LinkedHashMap<String, Link>();
        var targets = new LinkedHashMap<String, Integer>();
        var broker = new Broker(work, logs, flags, overrides, ports.get(0), links);
        try {
            for (int i = 0; i < entrances.size(); i++) {
                links.put(entrances.get(i), Link.to(ports.get(i + 2)));
                targets.put(entrances.get(i), ports.get(i + 2));
            }
            SoleBroker.format(broker.data);
            try (var file = Files.newOutputStream(broker.configuration)) {
                broker.properties(ports.get(1), targets)
                        .store(file, "A broker in a process of its own");
            }
            broker.start();
            return broker;
        } catch (IOException | StalledException | RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    /** Starts it, again if it was killed. */
    public void start() throws StalledException {
        var started = Jvm.start("broker", logs, flags, MAIN, List.of(configuration.toString()));
        process = started;
        var config = connection().clientConfig();
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2_000);
        try (var admin = Admin.create(config)) {
            Patience.require(
                    "an answer of the broker",
                    PATIENCE,
                    () -> {
                        if (!started.isAlive()) {
                            throw new StalledException(
                                    "the broker has ended while it started: see broker.log in %s"
                                            .formatted(logs),
                                    null);
                        }
                        return !admin.listTopics().names().get(2, TimeUnit.SECONDS).contains("");
                    });
        }
    }

    public void kill() {
        running().kill();
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The operating system's number of its process. */
    public long pid() {
        return running().pid();
    }

    /** How to reach it directly. */
    public KafkaConnection connection() {
        return KafkaConnection.plainText(FreePorts.HOST + ":" + port);
    }

    /** The entrance of somebody. */
    public Link link(String entrance) {
        var link = links.get(entrance);
        if (link == null) {
            throw new IllegalArgumentException("there is no entrance for " + entrance);
        }
        return link;
    }

    /** Where somebody finds the broker. */
    public String bootstrapServers(String entrance) {
        return FreePorts.HOST + ":" + link(entrance).port();
    }

    private Jvm running() {
        if (process == null) {
            throw new IllegalStateException("the broker was never started");
        }
        return process;
    }

    private Properties properties(int controllerPort, Map<String, Integer> targets) {
        var listeners = new LinkedHashMap<String, Integer>();
        var advertised = new LinkedHashMap<String, Integer>();
        listeners.put("DIRECT", port);
        advertised.put("DIRECT", port);
        targets.forEach(
                (entrance, target) -> {
                    listeners.put(listener(entrance), target);
                    advertised.put(listener(entrance), link(entrance).port());
                });
        listeners.put(SoleBroker.CONTROLLER, controllerPort);
        var p = SoleBroker.properties(data, FreePorts.HOST + ":" + controllerPort);
        p.setProperty("listeners", addresses(listeners));
        p.setProperty("advertised.listeners", addresses(advertised));
        p.setProperty(
                "listener.security.protocol.map",
                listeners.keySet().stream()
                        .map(name -> name + ":PLAINTEXT")
                        .collect(Collectors.joining(",")));
        p.setProperty("inter.broker.listener.name", "DIRECT");
        overrides.forEach(p::setProperty);
        return p;
    }

    private static String listener(String entrance) {
        return "TO-" + entrance.toUpperCase(Locale.ROOT);
    }

    private static String addresses(Map<String, Integer> ports) {
        return ports.entrySet().stream()
                .map(e -> "%s://%s:%s".formatted(e.getKey(), FreePorts.HOST, e.getValue()))
                .collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        if (process != null) {
            process.kill();
        }
        links.values().forEach(Link::close);
    }
}
