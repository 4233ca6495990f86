package io.tributary.tests.deploy;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.embedded.FreePorts;
import io.tributary.kafka.embedded.SoleBroker;
import io.tributary.tests.process.Jvm;
import io.tributary.tests.process.Patience;
import io.tributary.tests.process.StalledException;
import java.io.File;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * What the containers of {@code docker/compose.yaml} start, started as plain processes: the same
 * commands, settings and environment, with hosts, ports and paths that are free on this machine.
 * What an image brings is taken from where the image takes it: the packaged command, the job's jar,
 * Flink's configuration.
 */
final class Stage implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern OWN =
            Pattern.compile("(?:0\\.0\\.0\\.0|localhost|127\\.0\\.0\\.1):(\\d+)");

    /** Where the image of the job has Flink and its reporter's plugin. */
    private static final String REPORTER = "flink-metrics-prometheus";

    /** A machine with much to do lets one or the other run into a time-out while it starts. */
    private static final int MOST_RESTARTS = 5;

    private static final String WORKER = "taskmanager-";

    /** Where PyTorch's libraries go: on one machine once is enough. */
    private static final String UNPACKED = "DJL_CACHE_DIR";

    /** What the job has to bring. */
    private static final List<String> NOT_IN_FLINK =
            List.of(
                    "tributary-",
                    "flink-connector-base",
                    "flink-connector-kafka",
                    "kafka",
                    "avro",
                    "jackson-",
                    "snakeyaml-2",
                    REPORTER);

    private final Path work;
    private final Path logs;
    private final Images images = Images.read();
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, AutoCloseable> running = new TreeMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private ComposeFile compose = ComposeFile.read(Map.of());
    private int restarts;

    Stage(Path work) throws IOException {
        this.work = work;
        this.logs = Files.createDirectories(work.resolve("logs"));
        prepareFcopy();
    }

    /** From now on as {@code docker compose} would be called in another environment. */
    void callWith(Map<String, String> environment) {
        compose = ComposeFile.read(environment);
    }

    ComposeFile compose() {
        return compose;
    }

    /** How to reach the broker. */
    KafkaConnection connection() {
        return KafkaConnection.plainText(
                translated(
                        "kafka",
                        compose.service("topics")
                                .environment()
                                .get("TRIBUTARY_BOOTSTRAP_SERVERS")));
    }

    // --- the broker

    void startBroker() throws Exception {
        var service = compose.service("kafka");
        var properties = new Properties();
        var format = service.environment();
        format.forEach(
                (variable, value) -> {
                    if (variable.startsWith("KAFKA_") && !variable.equals("KAFKA_HEAP_OPTS")) {
                        var key =
                                variable.substring("KAFKA_".length())
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '.');
                        properties.setProperty(key, translated("kafka", value));
                    }
                });
        SoleBroker.format(Path.of(properties.getProperty("log.dirs")));
        var file = work.resolve("server.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, "from " + ComposeFile.FILE);
        }
        var flags = new ArrayList<>(words(format.get("KAFKA_HEAP_OPTS")));
        flags.add("-XX:+UseSerialGC");
        running.put(
                "kafka", Jvm.start("kafka", logs, flags, "kafka.Kafka", List.of(file.toString())));
        var config = connection().clientConfig();
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2_000);
        try (var admin = Admin.create(config)) {
            Patience.require(
                    "an answer of the broker",
                    PATIENCE,
                    () -> admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).size() == 1);
        }
    }

    // --- what runs the packaged command

    /** Runs a service to its end, and returns its exit code. */
    int run(String service) throws IOException, StalledException {
        try (var program = command(service)) {
            return program.await(PATIENCE);
        }
    }

    void start(String service) throws IOException {
        running.put(service, command(service));
    }

    /** What it has written. */
    String output(String service) throws IOException {
        return Files.readString(logs.resolve(service + ".log"));
    }

    private Program command(String name) throws IOException {
        var service = compose.service(name);
        var words = new ArrayList<>(images.entryPoint(service.target()));
        words.addAll(service.command());
        var arguments = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            boolean port = i > 0 && words.get(i - 1).endsWith("port");
            arguments.add(
                    port
                            ? String.valueOf(port(name, Integer.parseInt(words.get(i))))
                            : translated(name, words.get(i)));
        }
        arguments.set(0, executable(service.target()).toString());
        var environment = new HashMap<>(images.environment(service.target()));
        environment.remove(UNPACKED);
        service.environment()
                .forEach((key, value) -> environment.put(key, translated(name, value)));
        return Program.start(name, logs.resolve(name + ".log"), arguments, environment);
    }

    /** The packaged command, which needs no Maven. */
    private Path executable(String image) throws IOException {
        var whole = packaged();
        if (!image.equals("silo")) {
            return whole.resolve("bin/tributary");
        }
        // What is not in the image of the silo is not at hand here either.
        var part = work.resolve("package-" + image);
        if (!Files.exists(part)) {
            for (var file : Deployment.list(whole.resolve("lib"))) {
                if (Files.isRegularFile(file)) {
                    copy(file, part.resolve("lib"));
                }
            }
            Files.createDirectories(part.resolve("bin"));
            Files.copy(whole.resolve("bin/tributary"), part.resolve("bin/tributary"));
        }
        return part.resolve("bin/tributary");
    }

    private static Path packaged() {
        return Deployment.list(Deployment.ROOT.resolve("jobs/cli/target")).stream()
                .filter(folder -> Files.isExecutable(folder.resolve("bin/tributary")))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "jobs/cli is not packaged: mvn package -pl jobs/cli -am"));
    }

    // --- Flink

    private void prepareFcopy() throws IOException {
        Files.createDirectories(work.resolve("flink/lib"));
        Files.createDirectories(work.resolve("flink/tmp"));
        Jvm.support(work.resolve("flink/support"));
        copy(
                Deployment.ROOT.resolve("jobs/aggregation/target/tributary-job.jar"),
                work.resolve("flink/usrlib"));
        var reporter = classPath().stream().filter(entry -> entry.contains(REPORTER)).findFirst();
        copy(Path.of(reporter.orElseThrow()), work.resolve("flink/plugins/metrics-prometheus"));
    }

    private static void copy(Path file, Path folder) throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is not built: mvn package -pl jobs/cli -am");
        }
        Files.createDirectories(folder);
        Files.copy(file, folder.resolve(file.getFileName()));
    }

    void startJobManager() throws IOException {
        var configuration = flink("jobmanager");
        var memory = JobManagerProcessUtils.processSpecFromConfig(configuration);
        var flags =
                new ArrayList<>(
                        words(
                                JobManagerProcessUtils.generateJvmParametersStr(
                                        memory, configuration)));
        flags.addAll(words(configuration.getString("env.java.opts.all", "")));
        flags.addAll(words(configuration.getString("env.java.opts.jobmanager", "")));
        var words = compose.service("jobmanager").command();
        if (!words.get(0).equals("standalone-job")) {
            throw new IllegalStateException("not a command of Flink's image: " + words);
        }
        var arguments = new ArrayList<>(List.of("--configDir", home("jobmanager").toString()));
        words.subList(1, words.size())
                .forEach(word -> arguments.add(translated("jobmanager", word)));
        start(
                "jobmanager",
                flags,
                "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint",
                arguments);
    }

    /**
     * @param replica numbers those of the service
     */
    void startTaskManager(int replica) throws IOException {
        if (!compose.service("taskmanager").command().equals(List.of("taskmanager"))) {
            throw new IllegalStateException("not the command of Flink's image");
        }
        var name = WORKER + replica;
        var configuration = flink(name);
        var memory = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
        var flags = new ArrayList<>(words(ProcessMemoryUtils.generateJvmParametersStr(memory)));
        flags.addAll(words(configuration.getString("env.java.opts.all", "")));
        flags.addAll(words(configuration.getString("env.java.opts.taskmanager", "")));
        var arguments = new ArrayList<>(List.of("--configDir", home(name).toString()));
        arguments.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
        start(name, flags, "org.apache.flink.runtime.taskexecutor.TaskManagerRunner", arguments);
    }

    private void start(String name, List<String> flags, String main, List<String> arguments) {
        var environment =
                Map.of(
                        "FLINK_LIB_DIR", work.resolve("flink/lib").toString(),
                        "FLINK_PLUGINS_DIR", work.resolve("flink/plugins").toString());
        running.put(
                name, Jvm.start(name, logs, flinkClassPath(), environment, flags, main, arguments));
    }

    /** Flink's own jars: what the job needs beside them is in its jar, or is missing. */
    private String flinkClassPath() {
        var entries = new ArrayList<String>();
        entries.add(work.resolve("flink/support").toString());
        classPath().stream().filter(Stage::isInTheImageOfFlink).forEach(entries::add);
        return String.join(File.pathSeparator, entries);
    }

    private static boolean isInTheImageOfFlink(String entry) {
        var file = Path.of(entry).getFileName().toString();
        return file.endsWith(".jar") && NOT_IN_FLINK.stream().noneMatch(file::startsWith);
    }

    private static List<String> classPath() {
        return Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));
    }

    /**
     * The image's configuration, with places of this machine, written where the process reads it.
     */
    private Configuration flink(String name) throws IOException {
        var service = name.startsWith("taskmanager") ? "taskmanager" : name;
        var c = new Configuration();
        GlobalConfiguration.loadConfiguration(Deployment.DOCKER.resolve("job").toString())
                .toMap()
                .forEach((key, value) -> c.setString(key, translated(service, value)));
        var manager = compose.service(service).environment().get("JOB_MANAGER_RPC_ADDRESS");
        c.set(JobManagerOptions.ADDRESS, FreePorts.HOST);
        c.set(JobManagerOptions.PORT, port(manager, 6123));
        c.set(RestOptions.PORT, port("jobmanager", 8081));
        c.set(RestOptions.BIND_PORT, String.valueOf(port("jobmanager", 8081)));
        c.set(TaskManagerOptions.HOST, FreePorts.HOST);
        c.set(CoreOptions.TMP_DIRS, work.resolve("flink/tmp").toString());
        c.setString(
                "metrics.reporter.prom.port",
                String.valueOf(
                        port(
                                name,
                                Integer.parseInt(c.getString("metrics.reporter.prom.port", "")))));
        var lines =
                c.toMap().entrySet().stream()
                        .map(e -> "%s: \"%s\"".formatted(e.getKey(), e.getValue()))
                        .toList();
        Files.createDirectories(home(name));
        Files.write(home(name).resolve("config.yaml"), lines);
        return c;
    }

    private Path home(String name) {
        return work.resolve("flink/conf-" + name);
    }

    // --- what they say

    /** What an answer is to a GET on one of a service's ports. */
    String get(String service, int port, String path) throws IOException, InterruptedException {
        var uri = URI.create("http://%s:%s%s".formatted(FreePorts.HOST, port(service, port), path));
        var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("%s answers %s".formatted(path, answer.statusCode()));
        }
        return answer.body();
    }

    /** Sends JSON to the job manager. */
    String post(String path, String body) throws IOException, InterruptedException {
        var uri =
                URI.create(
                        "http://%s:%s%s".formatted(FreePorts.HOST, port("jobmanager", 8081), path));
        return http.send(
                        HttpRequest.newBuilder(uri)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    /** Waits until the process of a service, which is a JVM of Flink's, has ended by itself. */
    int awaitEnd(String name) throws StalledException {
        var jvm = (Jvm) running.remove(name);
        return jvm.await(PATIENCE);
    }

    /** Stops what runs the packaged command as an engine would, and returns its exit code. */
    int stop(String service) throws StalledException {
        try (var program = (Program) running.remove(service)) {
            program.stop();
            return program.await(PATIENCE);
        }
    }

    // --- places

    private int port(String service, int inContainer) {
        return ports.computeIfAbsent(service + ":" + inContainer, unused -> FreePorts.take());
    }

    /** A text of a service's command or environment, with places of this machine. */
    private String translated(String service, String text) {
        var result = OWN.matcher(text).replaceAll(m -> own(service, m.group(1)));
        result = withHosts(result.replace("0.0.0.0", FreePorts.HOST));
        for (var mount : compose.service(service).mounts().entrySet()) {
            result = result.replace(mount.getKey(), here(mount.getValue()));
        }
        return result;
    }

    private String withHosts(String text) {
        var result = text;
        for (var host : compose.services().keySet()) {
            var address = Pattern.compile("(?<![\\w-])" + Pattern.quote(host) + ":(\\d+)");
            result = address.matcher(result).replaceAll(m -> own(host, m.group(1)));
        }
        return result;
    }

    private String own(String service, String port) {
        return FreePorts.HOST + ":" + port(service, Integer.parseInt(port));
    }

    /** Files that are mounted name hosts, too: a copy has places of this machine. */
    private String here(String source) {
        try {
            if (!source.startsWith(".")) {
                return Files.createDirectories(work.resolve("volumes").resolve(source)).toString();
            }
            var path = Deployment.DOCKER.resolve(source).normalize();
            if (Files.isDirectory(path)) {
                return path.toString();
            }
            var copy = work.resolve("mounted-" + path.getFileName());
            if (!Files.exists(copy)) {
                Files.writeString(copy, withHosts(Files.readString(path)));
            }
            return copy.toString();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot mount " + source, e);
        }
    }

    private static List<String> words(String line) {
        return line.isBlank() ? List.of() : List.of(line.trim().split("\\s+"));
    }

    /**
     * Starts again what has ended without having been asked to and is to run on, as an engine does.
     *
     * @throws IllegalStateException if that has been needed too often to be an accident, or if it
     *     is not to be started again
     */
    void keepUp() throws IOException {
        for (var name : dead()) {
            var replica = name.startsWith(WORKER) ? name.substring(WORKER.length()) : "";
            var service = compose.service(replica.isEmpty() ? name : "taskmanager");
            int exitCode = exitCode(running.get(name));
            if (!service.isStartedAgain(exitCode) || ++restarts > MOST_RESTARTS) {
                throw new IllegalStateException("%s has ended with %s".formatted(name, exitCode));
            }
            if (!replica.isEmpty()) {
                startTaskManager(Integer.parseInt(replica));
            } else if (name.equals("jobmanager")) {
                startJobManager();
            } else {
                start(name);
            }
        }
    }

    private List<String> dead() {
        return running.entrySet().stream()
                .filter(
                        e ->
                                !(e.getValue() instanceof Jvm jvm
                                        ? jvm.isAlive()
                                        : ((Program) e.getValue()).isAlive()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toList());
    }

    private static int exitCode(AutoCloseable ended) {
        return ended instanceof Jvm jvm ? jvm.exitCode() : ((Program) ended).exitCode();
    }

    @Override
    public void close() throws Exception {
        for (var process : running.values()) {
            process.close();
        }
    }
}
