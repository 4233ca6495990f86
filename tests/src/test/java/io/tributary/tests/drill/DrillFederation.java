package io.tributary.tests.drill;

import io.tributary.aggregation.JobSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.tests.process.Broker;
import io.tributary.tests.process.ClusterShape;
import io.tributary.tests.process.FlinkProcesses;
import io.tributary.tests.process.Jvm;
import io.tributary.tests.process.StalledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** A federation of processes: a broker, a Flink cluster with the job, and silos. */
final class DrillFederation implements AutoCloseable {

    /** The job's way to the broker. */
    static final String JOB = "job";

    private static final FederationTopics TOPICS = new FederationTopics("drill");
    private static final int SILO_PACE_MILLIS = 1_500;
    private static final int UPLOAD_SECONDS = 15;

    private final DrillOptions options;
    private final Path work;
    private final Path logs;
    private final Map<String, Jvm> silos = new TreeMap<>();
    private final Broker broker;
    private final FlinkProcesses flink;
    private final ParameterBuffer genesis;

    private DrillFederation(
            DrillOptions options, Path work, Path logs, Broker broker, FlinkProcesses flink) {
        this.options = options;
        this.work = work;
        this.logs = logs;
        this.broker = broker;
        this.flink = flink;
        this.genesis = DrillModel.small(options.seed()).genesis();
    }

    /**
     * Starts the processes, and publishes version 0. The job and the silos are not running yet.
     *
     * @param work where processes keep what they need
     * @param logs where they write what they do
     */
    static DrillFederation start(DrillOptions options, Path work, Path logs)
            throws IOException, StalledException {
        Files.createDirectories(logs);
        var entrances = new ArrayList<>(options.siloIds());
        entrances.add(JOB);
        var broker = Broker.start(work, logs, entrances);
        FlinkProcesses flink;
        try {
            flink =
                    FlinkProcesses.start(
                            work,
                            logs,
                            ClusterShape.of(
                                    2, MemorySize.ofMebiBytes(192), FlinkProcesses.State.HASHMAP));
        } catch (IOException | StalledException | RuntimeException e) {
            broker.close();
            throw e;
        }
        var federation = new DrillFederation(options, work, logs, broker, flink);
        try {
            new Founding(broker.connection(), TOPICS, options.siloIds())
                    .publish(federation.genesis);
            return federation;
        } catch (RuntimeException e) {
            federation.close();
            throw e;
        }
    }

    /** Transactions of the job that are this old are aborted by the broker. */
    Duration transactionTimeout() {
        return settings().transactionTimeout();
    }

    JobSettings settings() {
        return settings(options, broker.bootstrapServers(JOB));
    }

    /**
     * The job's settings.
     *
     * @throws IllegalArgumentException if the options cannot be those of a federation
     */
    static JobSettings settings(DrillOptions options, String bootstrapServers) {
        var o = new TreeMap<String, String>();
        o.put("kafka.bootstrap-servers", bootstrapServers);
        o.put("kafka.discovery-interval", "1 s");
        o.put("kafka.transaction-timeout", "22 s");
        o.put("federation.name", TOPICS.federation());
        o.put("federation.rounds", String.valueOf(options.rounds()));
        o.put("federation.seed", String.valueOf(options.seed()));
        o.put("round.rule", options.rule());
        o.put("round.fallback", "lower-f");
        o.put("round.server-optimizer", options.optimizer());
        o.put("round.codec", DrillDeltas.CODEC.lowerCaseName());
        o.put("round.min-silos", String.valueOf(options.quorum()));
        o.put("round.local-steps", "4");
        o.put("round.grace", "5 s");
        o.put("round.deadline", "12 s");
        o.put("round.silence", "6 s");
        o.put("round.upload-timeout", "20 s");
        o.put("round.publish-timeout", "5 s");
        o.put("local.solver", "sgd");
        o.put("job.checkpoint-interval", "1 s");
        return JobSettings.from(Configuration.fromMap(o));
    }

    FederationTopics topics() {
        return TOPICS;
    }

    Broker broker() {
        return broker;
    }

    FlinkProcesses flink() {
        return flink;
    }

    /** The parameters of version 0. */
    ParameterBuffer genesis() {
        return genesis;
    }

    /** Starts a silo, again if it was killed: with what it has kept. */
    void startSilo(String id) {
        var main =
                new SiloMain(
                        broker.bootstrapServers(id),
                        TOPICS.federation(),
                        work.resolve("silos"),
                        options.seed(),
                        SILO_PACE_MILLIS,
                        UPLOAD_SECONDS,
                        options.attacker(),
                        List.of(id));
        silos.put(
                id,
                Jvm.start(
                        id,
                        logs,
                        List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        SiloMain.class.getName(),
                        main.arguments()));
    }

    Jvm silo(String id) {
        var silo = silos.get(id);
        if (silo == null) {
            throw new IllegalArgumentException("there is no silo " + id);
        }
        return silo;
    }

    /** Processes that have ended without having been killed. */
    List<String> dead() {
        var dead = new ArrayList<>(flink.dead());
        silos.forEach(
                (id, silo) -> {
                    if (!silo.isAlive()) {
                        dead.add(id);
                    }
                });
        if (!broker.isAlive()) {
            dead.add("broker");
        }
        return dead;
    }

    @Override
    public void close() {
        silos.values().forEach(Jvm::kill);
        flink.close();
        broker.close();
    }
}
