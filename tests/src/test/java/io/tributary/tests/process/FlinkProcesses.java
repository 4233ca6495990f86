package io.tributary.tests.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.aggregation.AggregationJob;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.NoVersionException;
import io.tributary.aggregation.check.CheckFailedException;
import io.tributary.kafka.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * A Flink cluster of separate processes: a job manager and task managers, as a cluster's scripts
 * start them. There is no high-availability service: who kills the job manager has to start another
 * and submit the job again, from the newest checkpoint that was kept.
 */
public final class FlinkProcesses implements AutoCloseable {

    /** Heap that is not for the job's own objects. */
    public static final int FRAMEWORK_MEBIBYTES = 64;

    /** Names the job manager's log. */
    public static final String JOB_MANAGER = "job-manager";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path logs;
    private final Path home;

    /** Where the job keeps its state. */
    public enum State {
        /** On the heap. */
        HASHMAP,
        /** On disk, with a part of it in memory. */
        ROCKSDB;

        private void configure(Configuration c, MemorySize managed) {
            c.set(StateBackendOptions.STATE_BACKEND, name().toLowerCase(Locale.ROOT));
            c.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, this == ROCKSDB);
            c.set(
                    TaskManagerOptions.MANAGED_MEMORY_SIZE,
                    this == ROCKSDB ? managed : MemorySize.ofMebiBytes(1));
        }
    }

    private final Configuration configuration;
    private final ClusterShape shape;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Jvm> workers = new ArrayList<>();
    private @Nullable Jvm jobManager;
    private @Nullable JobID job;
    private int started;
    private int startsFromLog;

    private FlinkProcesses(Path work, Path logs, Configuration configuration, ClusterShape shape) {
        this.home = work.resolve("flink");
        this.logs = logs;
        this.configuration = configuration;
        this.shape = shape;
    }

    /**
     * Starts a cluster.
     *
     * @param work where it keeps checkpoints
     * @param logs where processes write what they do
     * @throws StalledException if it does not get ready; nothing of it is left then
     */
    public static FlinkProcesses start(Path work, Path logs, ClusterShape shape)
            throws IOException, StalledException {
        var configuration = configuration(work, shape);
        shape.state().configure(configuration, shape.managed());
        shape.options().forEach(configuration::setString);
        var cluster = new FlinkProcesses(work, logs, configuration, shape);
        Files.createDirectories(cluster.home.resolve("tmp"));
        Files.createDirectories(cluster.home.resolve("checkpoints"));
        var lines = new ArrayList<String>();
        cluster.configuration
                .toMap()
                .forEach((key, value) -> lines.add("%s: \"%s\"".formatted(key, value)));
        Files.write(cluster.home.resolve("config.yaml"), lines);
        try {
            cluster.startAll();
            return cluster;
        } catch (StalledException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static Configuration configuration(Path work, ClusterShape shape) {
        var flink = work.resolve("flink");
        var ports = FreePorts.take(2);
        var c = new Configuration();
        c.set(JobManagerOptions.ADDRESS, FreePorts.HOST);
        c.set(JobManagerOptions.PORT, ports.get(0));
        c.set(JobManagerOptions.BIND_HOST, FreePorts.HOST);
        c.set(RestOptions.ADDRESS, FreePorts.HOST);
        c.set(RestOptions.BIND_ADDRESS, FreePorts.HOST);
        c.set(RestOptions.PORT, ports.get(1));
        c.set(RestOptions.BIND_PORT, String.valueOf(ports.get(1)));
        // Else what it says of checkpoints may be three seconds old.
        c.set(RestOptions.CACHE_CHECKPOINT_STATISTICS_TIMEOUT, Duration.ofMillis(50));
        c.set(TaskManagerOptions.HOST, FreePorts.HOST);
        c.set(TaskManagerOptions.BIND_HOST, FreePorts.HOST);
        c.set(TaskManagerOptions.NUM_TASK_SLOTS, shape.slots());
        c.set(
                TaskManagerOptions.FRAMEWORK_HEAP_MEMORY,
                MemorySize.ofMebiBytes(FRAMEWORK_MEBIBYTES));
        c.set(TaskManagerOptions.FRAMEWORK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(96));
        c.set(TaskManagerOptions.TASK_HEAP_MEMORY, shape.taskHeap());
        c.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        c.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        c.set(TaskManagerOptions.JVM_METASPACE, MemorySize.ofMebiBytes(192));
        c.set(TaskManagerOptions.JVM_OVERHEAD_MIN, MemorySize.ofMebiBytes(64));
        c.set(TaskManagerOptions.JVM_OVERHEAD_MAX, MemorySize.ofMebiBytes(64));
        c.set(CoreOptions.TMP_DIRS, flink.resolve("tmp").toString());
        c.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                flink.resolve("checkpoints").toUri().toString());
        c.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        c.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
        c.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        c.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofMillis(200));
        c.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                Duration.ofSeconds(3));
        // The dead are to be noticed in seconds, where the default is 50.
        c.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
        c.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(8));
        return c;
    }

    /** Starts everything, again if it was killed, and waits until it can run a job. */
    public void startAll() throws StalledException {
        startJobManager();
        while (workers.size() < shape.taskManagers()) {
            startTaskManager();
        }
        awaitSlots();
    }

    private void startJobManager() {
        jobManager =
                Jvm.start(
                        JOB_MANAGER,
                        logs,
                        List.of("-Xmx256m", "-XX:+UseSerialGC"),
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        List.of("--configDir", home.toString()));
    }

    /** What a cluster's scripts ask Flink for before they start a task manager. */
    private void startTaskManager() {
        started++;
        var memory = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
        var flags = new ArrayList<String>();
        flags.addAll(words(ProcessMemoryUtils.generateJvmParametersStr(memory)));
        flags.add("-XX:+UseParallelGC");
        flags.add("--add-modules=jdk.incubator.vector");
        flags.addAll(shape.workerFlags());
        var arguments = new ArrayList<>(List.of("--configDir", home.toString()));
        arguments.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
        arguments.addAll(List.of("-D", "taskmanager.resource-id=tm" + started));
        workers.add(
                Jvm.start(
                        "task-manager-" + started,
                        logs,
                        flags,
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        arguments));
    }

    private static List<String> words(String line) {
        return List.of(line.trim().split("\\s+"));
    }

    private void awaitSlots() throws StalledException {
        Patience.require(
                "%s free slots".formatted(shape.totalSlots()),
                PATIENCE,
                () -> get("/overview").path("slots-available").asInt() >= shape.totalSlots());
    }

    /**
     * What Flink's REST interface says of the job.
     *
     * @param path behind the job's own, {@code /checkpoints} for instance
     */
    public JsonNode ofJob(String path) throws IOException, InterruptedException {
        return get("/jobs/" + running() + path);
    }

    /** The operating system's number of the job manager's process. */
    public long jobManager() {
        if (jobManager == null) {
            throw new IllegalStateException("there is no job manager");
        }
        return jobManager.pid();
    }

    /** The operating system's numbers of the task managers' processes. */
    public List<Long> taskManagers() {
        return workers.stream().map(Jvm::pid).toList();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        var uri =
                URI.create("http://" + FreePorts.HOST + ":" + configuration.get(RestOptions.PORT));
        var request =
                HttpRequest.newBuilder(uri.resolve(path)).timeout(Duration.ofSeconds(2)).build();
        return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
    }

    /**
     * Submits the job. It is the same job however often that is tried: an answer that was lost does
     * not make it two.
     *
     * @param restorePath checkpoint or savepoint to go on from, also one that another build has
     *     written; null to start from the log
     * @throws StalledException if it cannot be submitted in time, or never could
     */
    public void submit(JobSettings settings, @Nullable String restorePath, int parallelism)
            throws StalledException {
        startsFromLog += restorePath == null ? 1 : 0;
        var id = new JobID();
        Patience.require(
                "the submission of the job",
                PATIENCE,
                () -> {
                    if (state(id).isEmpty()) {
                        submitOnce(id, settings, restorePath, parallelism);
                    }
                    return true;
                });
        job = id;
    }

    private void submitOnce(
            JobID id, JobSettings settings, @Nullable String restorePath, int parallelism)
            throws Exception {
        var own = new Configuration(configuration);
        if (restorePath != null) {
            own.set(StateRecoveryOptions.SAVEPOINT_PATH, restorePath);
        }
        var environment = StreamExecutionEnvironment.getExecutionEnvironment(own);
        environment.setParallelism(parallelism);
        try {
            AggregationJob.define(environment, settings);
        } catch (CheckFailedException | NoVersionException | IllegalArgumentException e) {
            throw new StalledException("the job cannot be submitted: " + e.getMessage(), e);
        }
        var graph = environment.getStreamGraph();
        graph.setJobName(AggregationJob.name(settings));
        try (var client = client()) {
            var job = graph.getJobGraph();
            job.setJobID(id);
            var unused = client.submitJob(job).get(30, TimeUnit.SECONDS);
        }
    }

    /** How often the job was started from the log alone, the first time included. */
    public int startsFromLog() {
        return startsFromLog;
    }

    private RestClusterClient<StandaloneClusterId> client() throws Exception {
        return new RestClusterClient<>(configuration, StandaloneClusterId.getInstance());
    }

    /** Cancels the job and waits until its slots are free. */
    public void cancel() throws StalledException {
        var running = running();
        try (var client = client()) {
            var unused = client.cancel(running).get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        } catch (Exception e) {
            throw new IllegalStateException("cannot cancel the job: " + e.getMessage(), e);
        }
        awaitEnd(running);
    }

    /**
     * Stops the job with a savepoint. None can be taken while tasks are starting, so that it may
     * take more than one attempt; and one whose answer was lost may have stopped the job.
     *
     * @return where it is
     */
    public String stopWithSavepoint() throws StalledException {
        var running = running();
        var folder = home.resolve("savepoints");
        Patience.require(
                "a savepoint",
                PATIENCE,
                () -> {
                    if (!hasEnded(running)) {
                        stopOnce(running, folder);
                    }
                    return true;
                });
        awaitEnd(running);
        return savepoint(folder, running);
    }

    private void stopOnce(JobID running, Path folder) throws Exception {
        try (var client = client()) {
            var unused =
                    client.stopWithSavepoint(
                                    running,
                                    false,
                                    folder.toUri().toString(),
                                    SavepointFormatType.CANONICAL)
                            .get(60, TimeUnit.SECONDS);
        }
    }

    /** The one that a job has left; one that was not finished has no metadata. */
    private static String savepoint(Path folder, JobID job) throws StalledException {
        var prefix = "savepoint-" + job.toString().substring(0, 6);
        try (var files = Files.walk(folder, 2)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .map(Path::getParent)
                    .filter(savepoint -> savepoint.getFileName().toString().startsWith(prefix))
                    .max(Comparator.comparing(FlinkProcesses::modified))
                    .map(savepoint -> savepoint.toUri().toString())
                    .orElseThrow(
                            () ->
                                    new StalledException(
                                            "job %s has ended without a savepoint in %s"
                                                    .formatted(job, folder),
                                            null));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for savepoints", e);
        }
    }

    private void awaitEnd(JobID ending) throws StalledException {
        Patience.require("the end of the job", PATIENCE, () -> hasEnded(ending));
        job = null;
        awaitSlots();
    }

    private boolean hasEnded(JobID ending) throws IOException, InterruptedException {
        return List.of("CANCELED", "FINISHED", "FAILED").contains(state(ending));
    }

    /** Of a job, in Flink's words; empty if Flink knows of no such job. */
    private String state(JobID id) throws IOException, InterruptedException {
        return get("/jobs/" + id).path("state").asText();
    }

    private JobID running() {
        if (job == null) {
            throw new IllegalStateException("there is no job");
        }
        return job;
    }

    /** The job's state in Flink's words; empty if it cannot be asked. */
    public String jobState() {
        try {
            return job == null ? "" : state(job);
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
    }

    /**
     * The newest checkpoint that any job has kept.
     *
     * @return null if there is none
     */
    public @Nullable String newestCheckpoint() {
        try (var files = Files.walk(home.resolve("checkpoints"), 3)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .max(Comparator.comparing(FlinkProcesses::modified))
                    .map(file -> file.getParent().toUri().toString())
                    .orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for checkpoints", e);
        }
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0; // subsumed by a newer one meanwhile
        }
    }

    /** Kills a task manager, and starts another. */
    public void replaceTaskManager(int which) {
        var victim = workers.remove(Math.floorMod(which, workers.size()));
        victim.kill();
        startTaskManager();
    }

    /** Kills the job manager. The job manager that is started next knows nothing of the job. */
    public void killJobManager() {
        if (jobManager != null) {
            jobManager.kill();
        }
        job = null;
    }

    public void killAll() {
        killJobManager();
        workers.forEach(Jvm::kill);
        workers.clear();
    }

    /** Processes that have ended without having been killed. */
    public List<String> dead() {
        var dead = new ArrayList<String>();
        for (var worker : workers) {
            if (!worker.isAlive()) {
                dead.add(worker.name());
            }
        }
        if (jobManager != null && !jobManager.isAlive()) {
            dead.add(jobManager.name());
        }
        return dead;
    }

    @Override
    public void close() {
        killAll();
    }
}
