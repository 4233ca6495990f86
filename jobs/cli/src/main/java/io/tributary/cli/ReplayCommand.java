package io.tributary.cli;

import io.tributary.aggregation.replay.VersionReplay;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.NoiseSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary replay}. */
@Command(
        name = "replay",
        description = {
            "Derives a version again from the log, and compares digests.",
            "With --rule or --optimizer: makes something else of its updates, and measures how far"
                    + " that is from what was published."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the same digest; or, with --rule or --optimizer, compared",
            "1:another digest; or failed",
            "2:the command line cannot be right, or the round cannot be replayed in this way",
            "3:the Kafka cluster cannot be reached, or refuses the caller",
            "4:the version, or what it was made from, is not on the log, or not any more"
        })
final class ReplayCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @Spec private CommandSpec spec;
    @Mixin private FederationOptions federation;
    @Mixin private ModelOption model;
    @Mixin HelpOption help;

    @Option(
            names = {"-v", "--version"},
            paramLabel = "N",
            required = true,
            description = "Version to derive again.")
    private int version;

    @Option(
            names = "--rule",
            paramLabel = "SPEC",
            description = "Combine the updates by this rule instead.")
    private @Nullable String rule;

    @Option(
            names = "--optimizer",
            paramLabel = "SPEC",
            description = "Take the step with this server optimizer instead.")
    private @Nullable String optimizer;

    @Option(
            names = "--noise-secret-file",
            paramLabel = "FILE",
            description =
                    "File with the job's privacy.noise-secret, without which a version with noise"
                            + " cannot be made again.")
    private @Nullable Path noiseSecret;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Require.atLeast(0, "--version", version);
        checkSpecifications();
        var noise = noise();
        var replay =
                new VersionReplay(
                        federation.reached(),
                        federation.topics(),
                        model.name(),
                        noise,
                        TIMEOUT,
                        new ReplayLines(spec.commandLine().getErr(), System::nanoTime));
        if (rule != null || optimizer != null) {
            var compared = replay.compare(version, rule, optimizer);
            print(json ? ReplayReport.json(compared) : ReplayReport.text(compared));
            return ExitCode.OK;
        }
        var replayed = replay.replay(version);
        print(json ? ReplayReport.json(replayed) : ReplayReport.text(replayed));
        return replayed.isSame() ? ExitCode.OK : ExitCode.FAILURE;
    }

    /** What is wrong with them is told before an address is waited for. */
    private void checkSpecifications() {
        if (rule != null) {
            var unused = AggregationRule.parse(rule);
        }
        if (optimizer != null) {
            var unused = ServerOptimizer.parse(optimizer);
        }
    }

    private void print(String text) {
        spec.commandLine().getOut().println(text);
    }

    private @Nullable NoiseSource noise() {
        if (noiseSecret == null) {
            return null;
        }
        var secret = InputException.reading(() -> read(noiseSecret));
        return new NoiseSettings(secret.strip(), NoiseSettings.NONE.delta()).source(model.name());
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException("the noise secret %s does not exist".formatted(file), e);
        }
    }
}
