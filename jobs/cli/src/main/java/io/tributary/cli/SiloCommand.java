package io.tributary.cli;

import io.tributary.silo.Silo;
import io.tributary.silo.SiloOptions;
import io.tributary.silo.train.DjlTrainer;
import io.tributary.silo.train.TrainerOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
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

        @Override
        public Integer call() throws Exception {
            var options =
                    SiloOptions.of(federation.connection(), federation.topics(), silo, state)
                            .withModel(model.name());
            Require.share("--held-out", heldOut);
            Require.atLeast(1, "--evaluation-tokens", evaluationTokens);
            Require.atLeast(1, "--threads", threads);
            var trainerOptions =
                    new TrainerOptions(data, tokenizer, heldOut, evaluationTokens, threads, seed);
            var lines = new SiloLines(silo, spec.commandLine().getOut());
            try (var trainer = InputException.reading(() -> DjlTrainer.open(trainerOptions))) {
                lines.opened(trainer.text());
                awaitCluster(options, lines);
                var running =
                        new Silo(options, trainer, Clock.systemUTC(), new SecureRandom(), lines);
                StopOnExit.with(running::stop, running::run);
            }
            return ExitCode.OK;
        }

        /** A silo may be started before the cluster; a mistyped address should be told soon. */
        private static void awaitCluster(SiloOptions options, SiloLines lines)
                throws InterruptedException {
            while (true) {
                try {
                    ReachableCluster.check(options.connection());
                    return;
                } catch (UnreachableClusterException e) {
                    lines.unavailable(e.getMessage(), PAUSE);
                    Thread.sleep(PAUSE.toMillis());
                }
            }
        }
    }
}
