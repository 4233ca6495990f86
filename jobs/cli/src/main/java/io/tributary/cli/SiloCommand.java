package io.tributary.cli;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tributary.cli.control.Durations;
import io.tributary.kafka.cluster.ClusterReader;
import io.tributary.kafka.registry.SchemaRegistryException;
import io.tributary.silo.Silo;
import io.tributary.silo.SiloListener;
import io.tributary.silo.SiloListeners;
import io.tributary.silo.SiloOptions;
import io.tributary.silo.metrics.MetricsEndpoint;
import io.tributary.silo.metrics.SiloMetrics;
import io.tributary.silo.train.DjlTrainer;
import io.tributary.silo.train.TrainerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary silo}. */
@Command(
        name = "silo",
        description = "A silo: trains on text that stays where it is.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = SiloCommand.Run.class)
final class SiloCommand {

    /** {@code tributary silo run}. */
    @Command(
            name = "run",
            description = "Joins the federation and trains until Ctrl-C.",
            mixinStandardHelpOptions = true)
    static final class Run implements Callable<Integer> {

        private static final Duration PAUSE = Duration.ofSeconds(5);
        private static final Duration ASKING = Duration.ofSeconds(15);

        @Spec private CommandSpec spec;
        @Mixin private FederationOptions federation;
        @Mixin private ModelOption model;

        @Option(
                names = {"-s", "--silo"},
                paramLabel = "ID",
                required = true,
                description = "This silo's id.")
        private String silo;

        @Option(
                names = {"-d", "--data"},
                paramLabel = "DIR",
                required = true,
                description =
                        "Folder of text: files in UTF-8, a document each; in .jsonl files a line"
                                + " {\"text\": ...} is one.")
        private Path data;

        @Option(
                names = "--tokenizer",
                paramLabel = "FILE",
                description = "Hugging Face tokenizer.json (default: bytes).")
        private @Nullable Path tokenizer;

        @Option(
                names = "--state",
                paramLabel = "DIR",
                defaultValue = "tributary-silo",
                description = "Where it keeps what a restart needs (default: ${DEFAULT-VALUE}).")
        private Path state;

        @Option(
                names = "--held-out",
                paramLabel = "SHARE",
                defaultValue = "0.1",
                description = "Share of the documents to evaluate on (default: ${DEFAULT-VALUE}).")
        private double heldOut;

        @Option(
                names = "--evaluation-tokens",
                paramLabel = "N",
                defaultValue = "16384",
                description = "Held-out tokens to predict per version (default: ${DEFAULT-VALUE}).")
        private int evaluationTokens;

        @Option(
                names = "--threads",
                paramLabel = "N",
                defaultValue = "1",
                description = "Threads a tensor operation may use (default: ${DEFAULT-VALUE}).")
        private int threads;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "1",
                description = "Seed of the order of the text (default: ${DEFAULT-VALUE}).")
        private long seed;

        @Option(
                names = "--metrics-port",
                paramLabel = "PORT",
                description =
                        "Serve metrics for Prometheus at /metrics on this port; 0 for any that is"
                                + " free (default: not at all).")
        private @Nullable Integer metricsPort;

        @Option(
                names = "--metrics-host",
                paramLabel = "HOST",
                defaultValue = "127.0.0.1",
                description =
                        "Interface that metrics are served on; everybody who reaches it may read"
                                + " them (default: ${DEFAULT-VALUE}).")
        private String metricsHost;

        @Option(
                names = "--transaction-timeout",
                paramLabel = "DURATION",
                defaultValue = "10 min",
                converter = DurationOption.class,
                description =
                        "Longest time an upload may take, at most the brokers'"
                                + " transaction.max.timeout.ms (default: ${DEFAULT-VALUE})."
                                + " 'tributary doctor --bandwidth' says what this link needs.")
        private Duration transactionTimeout;

        @Override
        public Integer call() throws Exception {
            var options =
                    SiloOptions.of(federation.connection(), federation.topics(), silo, state)
                            .withModel(model.name())
                            .withUploadTimeout(transactionTimeout);
            Require.share("--held-out", heldOut);
            Require.atLeast(1, "--evaluation-tokens", evaluationTokens);
            Require.atLeast(1, "--threads", threads);
            var trainerOptions =
                    new TrainerOptions(data, tokenizer, heldOut, evaluationTokens, threads, seed);
            var lines = new SiloLines(silo, spec.commandLine().getOut());
            var registry = new PrometheusRegistry();
            try (var endpoint = endpoint(registry);
                    var trainer = InputException.reading(() -> DjlTrainer.open(trainerOptions))) {
                lines.opened(trainer.text());
                var listeners = new ArrayList<SiloListener>(List.of(lines));
                if (endpoint != null) {
                    lines.serves(endpoint.url());
                    var federationName = options.topics().federation();
                    listeners.add(new SiloMetrics(registry, federationName, silo));
                }
                awaitCluster(options, lines);
                checkTransactionTimeout(options, lines);
                var running =
                        new Silo(
                                options,
                                trainer,
                                Clock.systemUTC(),
                                new SecureRandom(),
                                new SiloListeners(List.copyOf(listeners)));
                StopOnExit.with(running::stop, running::run);
            }
            return ExitCode.OK;
        }

        /** Opened first: a port that is in use should be told before a text is read. */
        private @Nullable MetricsEndpoint endpoint(PrometheusRegistry registry) throws IOException {
            if (metricsPort == null) {
                return null;
            }
            Require.atLeast(0, "--metrics-port", metricsPort);
            Require.atMost(65_535, "--metrics-port", metricsPort);
            return MetricsEndpoint.open(metricsHost, metricsPort, registry);
        }

        /**
         * Brokers that do not tell this silo their limit, or not now, refuse its first upload
         * instead.
         */
        static void checkTransactionTimeout(SiloOptions options, SiloLines lines) {
            try (var reader = new ClusterReader(options.connection(), ASKING)) {
                var longest = reader.cluster().maxTransactionTimeoutMillis();
                long timeout = options.uploadTimeout().toMillis();
                if (longest.isPresent() && timeout > longest.getAsLong()) {
                    throw new IllegalArgumentException(
                            "--transaction-timeout must be at most the brokers' transaction.max.timeout.ms, %s, got %s"
                                    .formatted(
                                            Durations.text(Duration.ofMillis(longest.getAsLong())),
                                            Durations.text(options.uploadTimeout())));
                }
            } catch (KafkaException e) {
                lines.goesOn("the brokers' longest transaction", ErrorSentence.of(e).text());
            }
        }

        /** A silo may be started before the cluster; a mistyped address should be told soon. */
        private static void awaitCluster(SiloOptions options, SiloLines lines)
                throws InterruptedException {
            while (true) {
                try {
                    ReachableCluster.check(options.connection());
                    return;
                } catch (UnreachableClusterException | SchemaRegistryException e) {
                    lines.unavailable(e.getMessage(), PAUSE);
                    Thread.sleep(PAUSE.toMillis());
                }
            }
        }
    }
}
