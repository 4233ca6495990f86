package io.tributary.cli;

import io.tributary.cli.demo.Demo;
import io.tributary.cli.demo.DemoOptions;
import io.tributary.cli.demo.DemoPace;
import io.tributary.cli.demo.SlowSilo;
import io.tributary.operators.round.Pace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tributary demo}. */
@Command(
        name = "demo",
        description = {
            "Runs a whole federation in one process: a Kafka broker, a Flink cluster with the"
                    + " aggregation job, and silos that pre-train one model on different kinds of"
                    + " text with different amounts of local work.",
            "Ends with a comparison of training alone and together, a learning curve, a sample and"
                    + " the exported model."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    /** Set by the launcher: the archives that the demo's text is cut from. */
    private static final String CORPUS = "tributary.corpus";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rounds to train (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--silos",
            paramLabel = "N",
            defaultValue = "4",
            description = "Number of silos (default: ${DEFAULT-VALUE}).")
    private int silos;

    @Option(
            names = "--rule",
            paramLabel = "SPEC",
            defaultValue = "mean",
            description = {
                "Aggregation rule: mean, fednova, median,",
                "trimmed-mean(f=1) (default: ${DEFAULT-VALUE})."
            })
    private String rule;

    @Option(
            names = "--optimizer",
            paramLabel = "SPEC",
            defaultValue = "nesterov(lr=1, momentum=0.5)",
            description = {
                "Server optimizer: sgd(lr=1) is plain averaging",
                "(default: ${DEFAULT-VALUE})."
            })
    private String optimizer;

    @Option(
            names = "--codec",
            paramLabel = "NAME",
            defaultValue = "f32",
            description = "Codec of the updates: f32, bf16, f16 (default: ${DEFAULT-VALUE}).")
    private String codec;

    @Option(
            names = "--work-spread",
            paramLabel = "X",
            defaultValue = "3",
            description =
                    "How many times the local work of the busiest silo is that of the idlest; try 10"
                            + " (default: ${DEFAULT-VALUE}).")
    private double workSpread;

    @Option(
            names = "--mode",
            paramLabel = "NAME",
            defaultValue = "synchronous",
            description =
                    "How rounds follow each other: synchronous, asynchronous or overlapped"
                            + " (default: ${DEFAULT-VALUE}).")
    private String mode;

    @Option(
            names = "--quorum",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Updates that a version needs (default: of all silos; in asynchronous mode of"
                            + " all but one).")
    private int quorum;

    @Option(
            names = "--grace",
            paramLabel = "DURATION",
            converter = DurationOption.class,
            description =
                    "How long to wait for the rest after the quorum, for instance 500ms (default:"
                            + " 1 min).")
    private @Nullable Duration grace;

    @Option(
            names = "--fold-late",
            description =
                    "An update that comes after its round counts in a later one, at a lesser"
                            + " weight; in asynchronous mode always so.")
    private boolean foldLate;

    @Option(
            names = "--staleness-limit",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "How many rounds later a late update is still taken (default:"
                            + " ${DEFAULT-VALUE}).")
    private int stalenessLimit;

    @Option(
            names = "--staleness-exponent",
            paramLabel = "X",
            defaultValue = "0.5",
            description =
                    "The weight of an update that is s rounds late is divided by (1 + s) to this"
                            + " power (default: ${DEFAULT-VALUE}).")
    private double stalenessExponent;

    @Option(
            names = "--slow",
            paramLabel = "[SILO=]X",
            description =
                    "Local steps of this silo, or of the last one, take X times as long; it waits,"
                            + " and uses no processor meanwhile.")
    private @Nullable String slow;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Your own text: a folder per silo (default: text from build artifacts).")
    private @Nullable Path data;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Seed of the model and of the order of the text (default:"
                            + " ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "tributary-demo",
            description = "Where the results go (default: ${DEFAULT-VALUE}).")
    private Path output;

    @Option(names = "--no-page", description = "Do not open a live page.")
    private boolean noPage;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a JSON report.")
    private @Nullable Path report;

    @Override
    public Integer call() throws Exception {
        var options =
                new DemoOptions(
                        rounds,
                        silos,
                        rule,
                        optimizer,
                        codec,
                        workSpread,
                        pace(),
                        slow == null ? null : Require.parsed("--slow", () -> SlowSilo.parse(slow)),
                        data,
                        seed,
                        output,
                        report,
                        !noPage);
        var artifacts = Path.of(System.getProperty(CORPUS, "jobs/cli/target/corpus"));
        var demo = new Demo(options, artifacts, System.out, System.getenv());
        StopOnExit.with(Thread.currentThread()::interrupt, demo::run);
        return ExitCode.OK;
    }

    private DemoPace pace() {
        return new DemoPace(
                Require.parsed("--mode", () -> Pace.Mode.parse(mode)),
                quorum,
                grace,
                foldLate,
                stalenessLimit,
                stalenessExponent);
    }
}
