package io.tributary.cli;

import io.tributary.cli.demo.SlowSilo;
import io.tributary.cli.pace.Arm;
import io.tributary.cli.pace.PaceExperiment;
import io.tributary.cli.pace.PaceOptions;
import io.tributary.cli.pace.PaceProgress;
import io.tributary.cli.pace.PaceResults;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tributary pace}. */
@Command(
        name = "pace",
        description = {
            "Trains the demo's model with one slow silo: in rounds that wait for it, in rounds that"
                    + " drop it, asynchronously, and in overlapping rounds. Every version is"
                    + " measured on the held-out text of all silos.",
            "Prints perplexity at equal tokens and at equal time, and the time to a perplexity that"
                    + " all reach; writes every point as JSON, and two pictures."
        },
        mixinStandardHelpOptions = true)
final class PaceCommand implements Callable<Integer> {

    /** Set by the launcher: the archives that the demo's text is cut from. */
    private static final String CORPUS = "tributary.corpus";

    /** Set by the launcher if standard error is a terminal. */
    private static final String TERMINAL = "tributary.terminal";

    @Option(
            names = "--quick",
            description =
                    "One seed, few rounds and steps, in about a minute: to see that it works, not"
                            + " to learn from.")
    private boolean quick;

    @Option(
            names = "--arm",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Only these: wait, drop, asynchronous, overlapped (default: all of them).")
    private List<String> arms = List.of();

    @Option(
            names = "--seeds",
            paramLabel = "COUNT",
            description = "Seeds 1 to this (default: 3; 1 with --quick).")
    private @Nullable Integer seeds;

    @Option(
            names = "--silos",
            paramLabel = "N",
            defaultValue = "4",
            description = "Number of silos (default: ${DEFAULT-VALUE}).")
    private int silos;

    @Option(
            names = "--slow",
            paramLabel = "[SILO=]X",
            defaultValue = "4",
            description =
                    "Local steps of this silo, or of the last one, take X times as long (default:"
                            + " ${DEFAULT-VALUE}).")
    private String slow;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Synchronous rounds of all silos; every arm stops when its versions hold as"
                            + " many updates (default: 12; 3 with --quick).")
    private @Nullable Integer rounds;

    @Option(
            names = "--local-steps",
            paramLabel = "N",
            description = "Local steps of every silo in a round (default: 30; 4 with --quick).")
    private @Nullable Integer localSteps;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            defaultValue = "1e-3",
            description =
                    "Of local training; stays so after the warm-up (default: ${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(
            names = "--optimizer",
            paramLabel = "SPEC",
            defaultValue = "sgd(lr=1)",
            description = {
                "Server optimizer; one with momentum takes delays badly",
                "(default: ${DEFAULT-VALUE})."
            })
    private String optimizer;

    @Option(
            names = "--staleness-exponent",
            paramLabel = "X",
            defaultValue = "0.5",
            description =
                    "The weight of an update that is s rounds late is divided by (1 + s) to this"
                            + " power (default: ${DEFAULT-VALUE}).")
    private double stalenessExponent;

    @Option(
            names = "--held-out",
            paramLabel = "TOKENS",
            description =
                    "Held-out tokens of each silo that a version is measured on, at most (default:"
                            + " 8192; 1024 with --quick).")
    private @Nullable Integer heldOut;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Your own text: a folder per silo (default: text from build artifacts).")
    private @Nullable Path data;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "tributary-pace",
            description = "Where the results go (default: ${DEFAULT-VALUE}).")
    private Path output;

    @Override
    public Integer call() throws Exception {
        var options = options();
        var artifacts = Path.of(System.getProperty(CORPUS, "jobs/cli/target/corpus"));
        int runs = options.arms().size() * options.seeds().size();
        boolean terminal = Boolean.getBoolean(TERMINAL) && System.console() != null;
        var progress = new PaceProgress(System.out, runs, terminal);
        var experiment = new PaceExperiment(options, artifacts, progress, System.out);
        StopOnExit.with(
                Thread.currentThread()::interrupt,
                () -> PaceResults.tell(options, experiment.run(), System.out));
        return ExitCode.OK;
    }

    private PaceOptions options() {
        int count = or(seeds, 3, 1);
        Require.atLeast(1, "--seeds", count);
        return new PaceOptions(
                arms.isEmpty()
                        ? List.of(Arm.values())
                        : Require.parsed(
                                "--arm", () -> arms.stream().distinct().map(Arm::parse).toList()),
                LongStream.rangeClosed(1, count).boxed().toList(),
                silos,
                or(rounds, 12, 3),
                or(localSteps, 30, 4),
                learningRate,
                optimizer,
                stalenessExponent,
                Require.parsed("--slow", () -> SlowSilo.parse(slow)),
                or(heldOut, 8192, 1024),
                data,
                output);
    }

    private int or(@Nullable Integer given, int usual, int quickly) {
        return given != null ? given : quick ? quickly : usual;
    }
}
