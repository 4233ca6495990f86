package io.tributary.cli;

import io.tributary.aggregation.JobConfiguration;
import io.tributary.aggregation.JobOptions;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
import io.tributary.aggregation.MetricsReporter;
import io.tributary.aggregation.StartChecks;
import io.tributary.aggregation.check.CheckFailedException;
import io.tributary.aggregation.check.Finding;
import io.tributary.operators.flink.ChunkKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary job}. */
@Command(
        name = "job",
        description = "The aggregation job.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {JobCommand.Run.class, JobCommand.Options.class})
final class JobCommand {

    /** {@code tributary job run}. */
    @Command(
            name = "run",
            description = {
                "Runs the aggregation job on a Flink cluster inside this process, until Ctrl-C.",
                "With option relay.parent it is the relay of a region instead.",
                "For a real cluster: flink run jobs/aggregation/target/tributary-job.jar --config"
                        + " FILE"
            },
            mixinStandardHelpOptions = true)
    static final class Run implements Callable<Integer> {

        private static final Logger LOG = LoggerFactory.getLogger(Run.class);

        @Spec private CommandSpec spec;

        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description = "YAML file with the job's options; see 'tributary job options'.")
        private @Nullable Path config;

        @Option(
                names = "-D",
                paramLabel = "KEY=VALUE",
                mapFallbackValue = "true",
                description = "Sets an option; wins over the file. Repeatable.")
        private Map<String, String> overrides = Map.of();

        @Option(
                names = "--parallelism",
                paramLabel = "N",
                defaultValue = "2",
                description = "Parallel instances of every operator (default: ${DEFAULT-VALUE}).")
        private int parallelism;

        @Option(
                names = "--work",
                paramLabel = "DIR",
                defaultValue = "tributary-job",
                description = "Folder for checkpoints (default: ${DEFAULT-VALUE}).")
        private Path work;

        @Option(
                names = "--restore",
                paramLabel = "PATH",
                description = "Checkpoint or savepoint to start from (default: the log alone).")
        private @Nullable String restore;

        @Option(
                names = "--metrics-port",
                paramLabel = "N",
                description = {
                    "Serves metrics for Prometheus at this port, on every network interface",
                    "(default: not at all). 9249 is what others take for Flink."
                })
        private @Nullable Integer metricsPort;

        @Override
        public Integer call() throws Exception {
            List<String> pairs = new ArrayList<>();
            overrides.forEach((key, value) -> pairs.add(key + "=" + value));
            var settings = JobSettings.from(JobConfiguration.read(config, pairs));
            Require.atLeast(1, "--parallelism", parallelism);
            Require.atMost(ChunkKey.MAX_PARALLELISM, "--parallelism", parallelism);
            var state = restore == null ? null : CheckpointPath.of("--restore", restore);
            if (metricsPort != null) {
                Require.freePort("--metrics-port", metricsPort);
            }
            ReachableCluster.check(settings.connection());
            var findings = StartChecks.run(settings, state);
            CheckFailedException.throwIfAny(findings);
            Files.createDirectories(work);
            try (var cluster =
                    LocalCluster.start(
                            work.toAbsolutePath(), 1, parallelism, parallelism, metrics())) {
                var job = cluster.submit(settings, state);
                say(
                        "%s; Flink web interface: %s; checkpoints: %s",
                        task(settings), cluster.webInterface(), work);
                if (metricsPort != null) {
                    say("metrics: http://localhost:%s/metrics", metricsPort);
                }
                Finding.of(Finding.Level.WARNING, findings)
                        .forEach(finding -> say("warning: %s", finding.sentence()));
                StopOnExit.with(() -> stop(cluster, job), () -> cluster.await(job));
            }
            return ExitCode.OK;
        }

        private Map<String, String> metrics() {
            return metricsPort == null ? Map.of() : MetricsReporter.options(metricsPort.toString());
        }

        private static String task(JobSettings settings) {
            var federation = settings.topics().federation();
            var relay = settings.relay();
            return relay == null
                    ? "aggregating federation " + federation
                    : "relaying region %s to federation %s, as its silo %s"
                            .formatted(
                                    federation, relay.parent().federation(), relay.plan().relay());
        }

        private void stop(LocalCluster cluster, JobID job) {
            try {
                var checkpoint = cluster.cancel(job);
                say(
                        checkpoint
                                .map(path -> "stopped; go on with --restore " + path)
                                .orElse("stopped before its first checkpoint"));
            } catch (IOException | ExecutionException e) {
                LOG.warn("the job did not stop in order", e);
                say("stopped; it goes on from the log");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void say(String message, Object... values) {
            var out = spec.commandLine().getOut();
            out.println(message.formatted(values));
            out.flush();
        }
    }

    /** {@code tributary job options}. */
    @Command(
            name = "options",
            description = "Lists the job's options with defaults.",
            mixinStandardHelpOptions = true)
    static final class Options implements Callable<Integer> {

        @Spec private CommandSpec spec;

        @Override
        public Integer call() {
            var out = spec.commandLine().getOut();
            for (var option : JobOptions.all()) {
                var value = JobOptions.defaultText(option);
                out.printf("%s (%s)%n    %s%n", option.key(), value, JobOptions.describe(option));
            }
            return ExitCode.OK;
        }
    }
}
