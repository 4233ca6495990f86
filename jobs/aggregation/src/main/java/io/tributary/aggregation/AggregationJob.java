package io.tributary.aggregation;

import io.tributary.kafka.client.AuditedCommand;
import io.tributary.kafka.client.CompleteVersions;
import io.tributary.kafka.client.ControlAudit;
import io.tributary.kafka.flink.JobSinks;
import io.tributary.kafka.flink.JobSources;
import io.tributary.kafka.flink.StartingPoint;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.flink.Bootstrap;
import io.tributary.operators.flink.ChunkKey;
import io.tributary.operators.flink.RowMemory;
import io.tributary.schemas.model.ModelChunk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Puts the topology between its Kafka sources and sinks. */
public final class AggregationJob {

    /** How long reading the log for what to begin with may take. */
    static final Duration BOOTSTRAP_TIMEOUT = Duration.ofMinutes(10);

    /**
     * No record waits in a network buffer for another: decisions are few and small, and chunks fill
     * buffers by themselves. Any other timeout is a thread for every task that wakes up that often.
     */
    private static final Duration BUFFER_TIMEOUT = Duration.ZERO;

    /** Flink's name of the backend that keeps state on the heap. */
    private static final String HASHMAP = "hashmap";

    private AggregationJob() {}

    /**
     * The command line: {@code --config FILE [-Dkey=value ...]}.
     *
     * <p>Throws instead of ending the process: a jar that is submitted through the web interface
     * runs inside the cluster's own process.
     *
     * @throws IllegalArgumentException if an option cannot be right, naming it
     * @throws NoVersionException if the model has no version that can be read whole
     */
    public static void main(String[] args) throws Exception {
        var settings = JobSettings.from(JobConfiguration.parse(args));
        var environment = StreamExecutionEnvironment.getExecutionEnvironment();
        define(environment, settings);
        environment.execute(name(settings));
    }

    /** The job's name in Flink. */
    public static String name(JobSettings settings) {
        var federation = settings.topics().federation();
        var relay = settings.relay();
        return relay == null
                ? "tributary " + federation
                : "tributary %s, relayed to %s".formatted(federation, relay.parent().federation());
    }

    /**
     * Adds the whole job to an environment: the aggregation, or a relay if the settings make it
     * one. First checks its settings against the cluster, and the checkpoint that the environment
     * is to start from, if any; then reads the log, to find the version to begin with.
     *
     * @throws io.tributary.aggregation.check.CheckFailedException if the job could not work there
     * @throws NoVersionException if the model has no version that can be read whole
     */
    public static void define(StreamExecutionEnvironment environment, JobSettings settings)
            throws NoVersionException {
        define(environment, settings, UnaryOperator.identity());
    }

    /**
     * As {@link #define(StreamExecutionEnvironment, JobSettings)}, with something between the
     * topology and its sinks.
     *
     * @param adapted makes the sinks the topology of the aggregation sees of those that write to
     *     Kafka
     */
    public static void define(
            StreamExecutionEnvironment environment,
            JobSettings settings,
            UnaryOperator<AggregationTopology.Sinks> adapted)
            throws NoVersionException {
        StartChecks.require(settings, restorePath(environment).orElse(null));
        var model = settings.plan().model();
        var start =
                new CompleteVersions(settings.connection(), settings.topics(), BOOTSTRAP_TIMEOUT)
                        .newest(model)
                        .orElseThrow(() -> new NoVersionException(settings.topics(), model));
        configure(environment, settings);
        var relay = settings.relay();
        if (relay == null) {
            define(environment, settings, start, adapted);
        } else {
            RelayJob.define(environment, settings, relay, start);
        }
    }

    private static Optional<String> restorePath(StreamExecutionEnvironment environment) {
        return environment.getConfiguration().getOptional(StateRecoveryOptions.SAVEPOINT_PATH);
    }

    private static void configure(StreamExecutionEnvironment environment, JobSettings settings) {
        environment.enableCheckpointing(
                settings.checkpointInterval().toMillis(), CheckpointingMode.EXACTLY_ONCE);
        environment.setMaxParallelism(ChunkKey.MAX_PARALLELISM);
        environment.setBufferTimeout(BUFFER_TIMEOUT.toMillis());
        environment.getConfig().enableObjectReuse();
        var options = new Configuration();
        options.set(PipelineOptions.GENERIC_TYPES, false);
        environment.configure(options);
    }

    private static void define(
            StreamExecutionEnvironment environment,
            JobSettings settings,
            CompleteVersions.Found start,
            UnaryOperator<AggregationTopology.Sinks> adapted) {
        var topics = settings.topics();
        var sources =
                new JobSources(
                        settings.connection(),
                        topics,
                        settings.name(),
                        settings.discoveryInterval());
        var sinks =
                new JobSinks(
                        settings.connection(),
                        topics,
                        settings.name() + ".",
                        settings.transactionTimeout());

        var commands =
                new ControlAudit(settings.connection(), topics, BOOTSTRAP_TIMEOUT)
                        .commands(settings.plan().model());

        var recent =
                RecentRounds.before(
                        start.version(),
                        settings.plan().pace(),
                        settings.connection(),
                        topics,
                        BOOTSTRAP_TIMEOUT);
        var sinceUpdates = StartingPoint.timestamp(recent.sinceMillis());
        var sinceVersion = StartingPoint.timestamp(start.version().chunksSinceMillis() + 1);
        var sinceChunks = StartingPoint.timestamp(start.sinceMillis());

        var updates = source(environment, "updates", sources.updates(sinceUpdates));
        var versions = source(environment, "versions", sources.versions(StartingPoint.earliest()));
        var weights = source(environment, "round-weights", sources.roundWeights(sinceVersion));
        DataStream<ModelChunk> chunks =
                source(environment, "models", sources.models(sinceChunks))
                        .union(source(environment, "genesis", sources.genesis(sinceChunks)));

        new AggregationTopology(
                        settings.plan(),
                        new Bootstrap(
                                start.version(),
                                start.moments(),
                                start.openPlan(),
                                recent.rounds(),
                                commands.stream().map(AuditedCommand::given).toList(),
                                refused(commands)),
                        settings.noise(),
                        new PublishedVersions(settings.connection(), topics),
                        new SentUpdates(settings.connection(), topics),
                        rowMemory(environment),
                        settings.uploadTimeout().toMillis(),
                        settings.connection().schemaIds())
                .define(
                        updates,
                        versions,
                        weights,
                        chunks,
                        source(
                                environment,
                                "control",
                                sources.control(
                                        restorePath(environment).isPresent()
                                                ? StartingPoint.earliest()
                                                : sinceLast(topics, commands))),
                        adapted.apply(
                                new AggregationTopology.Sinks(
                                        stream -> sink(stream, "models", sinks.models()),
                                        stream -> sink(stream, "versions", sinks.versions()),
                                        stream -> sink(stream, "rounds", sinks.rounds()),
                                        stream -> sink(stream, "rejected", sinks.rejected()))));
    }

    /** A state backend that keeps state on disk is chosen because memory has no room for rows. */
    private static RowMemory rowMemory(StreamExecutionEnvironment environment) {
        var backend = environment.getConfiguration().get(StateBackendOptions.STATE_BACKEND);
        return backend.equals(HASHMAP) ? RowMemory.SUMS_AND_ROWS : RowMemory.SUMS;
    }

    /**
     * Commands that the bootstrap knows of need not be read and looked into again. The last is, and
     * is passed over: it lets the coordinator begin where no silo shows itself. For a job without
     * state: in a checkpoint from before the topic was found, the bootstrap is an older one.
     */
    static StartingPoint sinceLast(FederationTopics topics, List<AuditedCommand> commands) {
        return commands.isEmpty()
                ? StartingPoint.earliest()
                : StartingPoint.offset(
                        topics.control(), commands.get(commands.size() - 1).given().offset());
    }

    private static Set<Long> refused(List<AuditedCommand> commands) {
        return commands.stream()
                .filter(command -> command.answer() != null && !command.isApplied())
                .map(command -> command.given().offset())
                .collect(Collectors.toUnmodifiableSet());
    }

    static <T> DataStream<T> source(
            StreamExecutionEnvironment environment, String name, Source<T, ?, ?> source) {
        return environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "Read " + name)
                .uid("read-" + name);
    }

    /** Few and small records: one writer and one transaction, in the order of the stream. */
    private static final Set<String> SINGLE =
            Set.of("versions", "rounds", "rejected", "relayed-manifests", "presence");

    static <T> void sink(DataStream<T> stream, String name, Sink<T> sink) {
        var written = stream.sinkTo(sink).uid("write-" + name).name("Write " + name);
        if (SINGLE.contains(name)) {
            written.setParallelism(1);
        }
    }
}
