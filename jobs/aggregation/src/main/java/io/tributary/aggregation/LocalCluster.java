package io.tributary.aggregation;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * A real Flink cluster inside this JVM, with its web interface on loopback: for trying the job, for
 * small federations, and for tests.
 */
public final class LocalCluster implements AutoCloseable {

    private final MiniCluster cluster;
    private final Configuration configuration;
    private final Path checkpoints;
    private final int parallelism;

    private LocalCluster(
            MiniCluster cluster, Configuration configuration, Path checkpoints, int parallelism) {
        this.cluster = cluster;
        this.configuration = configuration;
        this.checkpoints = checkpoints;
        this.parallelism = parallelism;
    }

    /**
     * Starts a cluster.
     *
     * @param work folder for checkpoints and temporary files
     * @param taskManagers task managers with {@code slots} slots each
     * @param parallelism of the jobs; at most the number of slots
     */
    public static LocalCluster start(Path work, int taskManagers, int slots, int parallelism)
            throws Exception {
        return start(work, taskManagers, slots, parallelism, Map.of());
    }

    /**
     * Starts a cluster.
     *
     * @param work folder for checkpoints and temporary files
     * @param taskManagers task managers with {@code slots} slots each
     * @param parallelism of the jobs; at most the number of slots
     * @param options of Flink that differ from those of every such cluster
     */
    public static LocalCluster start(
            Path work, int taskManagers, int slots, int parallelism, Map<String, String> options)
            throws Exception {
        var checkpoints = work.resolve("checkpoints");
        var configuration = configuration(work, checkpoints);
        options.forEach(configuration::setString);
        var cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(taskManagers)
                                .setNumSlotsPerTaskManager(slots)
                                .build());
        cluster.start();
        return new LocalCluster(cluster, configuration, checkpoints, parallelism);
    }

    private static Configuration configuration(Path work, Path checkpoints) {
        var configuration = new Configuration();
        configuration.set(JobManagerOptions.ADDRESS, "localhost");
        configuration.set(RestOptions.ADDRESS, "localhost");
        configuration.set(RestOptions.BIND_ADDRESS, "localhost");
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(CoreOptions.TMP_DIRS, work.resolve("tmp").toString());
        // State is on the heap; nothing here uses managed memory.
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(1));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofMillis(200));
        return configuration;
    }

    /**
     * Starts the aggregation job.
     *
     * @param restorePath checkpoint or savepoint to start from; null to start from the log
     * @throws NoVersionException if there is no model to aggregate into
     * @throws io.tributary.aggregation.check.CheckFailedException if the job could not work with
     *     the cluster or the checkpoint as they are
     */
    public JobID submit(JobSettings settings, @Nullable String restorePath) throws Exception {
        return submit(settings, AggregationJob::define, restorePath);
    }

    /** Puts a job into an environment. */
    @FunctionalInterface
    public interface Definition {
        void define(StreamExecutionEnvironment environment, JobSettings settings) throws Exception;
    }

    /**
     * Starts a job that is defined some other way.
     *
     * @param restorePath checkpoint or savepoint to start from; null to start from the log
     */
    public JobID submit(JobSettings settings, Definition definition, @Nullable String restorePath)
            throws Exception {
        var own = new Configuration(configuration);
        if (restorePath != null) {
            own.set(StateRecoveryOptions.SAVEPOINT_PATH, restorePath);
        }
        var environment = StreamExecutionEnvironment.getExecutionEnvironment(own);
        environment.setParallelism(parallelism);
        definition.define(environment, settings);
        var graph = environment.getStreamGraph();
        graph.setJobName(AggregationJob.name(settings));
        return cluster.submitJob(graph.getJobGraph()).get().getJobID();
    }

    /**
     * Stops a job.
     *
     * @return its last checkpoint, which stays; empty if it has taken none
     */
    public Optional<String> cancel(JobID job)
            throws IOException, InterruptedException, ExecutionException {
        cluster.cancelJob(job).get();
        cluster.requestJobResult(job).get();
        return newestCheckpoint(job);
    }

    /**
     * The last checkpoint of a job that is complete; empty if there is none. The next one of a job
     * that runs takes its place, and its files go.
     */
    public Optional<String> newestCheckpoint(JobID job) throws IOException {
        var folder = checkpoints.resolve(job.toString());
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> Files.exists(file.resolve("_metadata")))
                    .max(Comparator.comparingInt(LocalCluster::checkpointNumber))
                    .map(file -> file.toUri().toString());
        }
    }

    private static int checkpointNumber(Path folder) {
        return Integer.parseInt(folder.getFileName().toString().substring("chk-".length()));
    }

    /**
     * @throws IllegalStateException if a job has ended, which it never does by itself
     */
    public void checkRuns(JobID job) throws InterruptedException, ExecutionException {
        var status = cluster.getJobStatus(job).get();
        if (status.isGloballyTerminalState()) {
            throw new IllegalStateException("the aggregation job has ended: " + status);
        }
    }

    /**
     * Waits until a job ends.
     *
     * @throws Exception what made it fail, if it did
     */
    public void await(JobID job) throws Exception {
        cluster.requestJobResult(job)
                .get()
                .toJobExecutionResult(Thread.currentThread().getContextClassLoader());
    }

    /** Address of the web interface. */
    public URI webInterface() throws InterruptedException, ExecutionException {
        return cluster.getRestAddress().get();
    }

    /** The cluster itself, to break parts of it. */
    public MiniCluster miniCluster() {
        return cluster;
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
