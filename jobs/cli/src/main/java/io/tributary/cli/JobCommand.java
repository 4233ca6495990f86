package io.tributary.cli;

import io.tributary.aggregation.JobConfiguration;
import io.tributary.aggregation.JobOptions;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
                "For a real cluster: flink run jobs/aggregation/target/tributary-job.jar --config"
                        + " FILE"
            },
            mixinStandardHelpOptions = true)
    static final class Run implements Callable<Integer> {

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

        @Override
        public Integer call() throws Exception {
            List<String> pairs = new ArrayList<>();
            overrides.forEach((key, value) -> pairs.add(key + "=" + value));
            var settings = JobSettings.from(JobConfiguration.read(config, pairs));
            var out = spec.commandLine().getOut();
            Files.createDirectories(work);
            try (var cluster =
                    LocalCluster.start(work.toAbsolutePath(), 1, parallelism, parallelism)) {
                var job = cluster.submit(settings, restore);
                out.printf(
                        "aggregating federation %s; Flink web interface: %s; checkpoints: %s%n",
                        settings.topics().federation(), cluster.webInterface(), work);
                out.flush();
                cluster.await(job);
            }
            return ExitCode.OK;
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
                var value = option.hasDefaultValue() ? option.defaultValue() : "required";
                out.printf("%s (%s)%n    %s%n", option.key(), value, JobOptions.describe(option));
            }
            return ExitCode.OK;
        }
    }
}
