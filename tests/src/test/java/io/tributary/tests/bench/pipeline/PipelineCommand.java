package io.tributary.tests.bench.pipeline;

import io.tributary.cli.ParameterCount;
import io.tributary.cli.report.NoFontsException;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import io.tributary.tests.bench.CaseProgress;
import io.tributary.tests.bench.QuietMachine;
import io.tributary.tests.process.FlinkProcesses;
import io.tributary.tests.process.OrderlyEnd;
import io.tributary.tests.process.StalledException;
import io.tributary.tests.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tributary bench pipeline}. */
@Command(
        name = "pipeline",
        description = {
            "Measures rounds of a whole federation but for its training: a broker and a Flink"
                    + " cluster in processes of their own, updates that are on the log already, and"
                    + " the versions that the job makes of them.",
            "Everything is compared with raw consumers and producers of the same bytes in the same"
                    + " run: such a ratio survives a noisy machine."
        },
        mixinStandardHelpOptions = true)
public final class PipelineCommand implements Callable<Integer> {

    private static final int FAILURE = 1;

    /** Set by the launcher if standard error is a terminal. */
    private static final String TERMINAL = "tributary.terminal";

    @Spec private CommandSpec spec;

    @Option(
            names = "--parameters",
            paramLabel = "N",
            converter = ParameterCount.class,
            defaultValue = "100M",
            description = "Values of the model, e.g. 500k, 100M, 1.3B (default: ${DEFAULT-VALUE}).")
    private long parameters;

    @Option(
            names = "--silos",
            paramLabel = "N",
            defaultValue = "8",
            description = "Silos, all of them in every round (default: ${DEFAULT-VALUE}).")
    private int silos;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            defaultValue = "bf16",
            description = "Of the updates: f32, bf16 or f16 (default: ${DEFAULT-VALUE}).")
    private String codec;

    @Option(
            names = "--rule",
            paramLabel = "SPEC",
            defaultValue = "mean",
            description = "Aggregation rule (default: ${DEFAULT-VALUE}).")
    private String rule;

    @Option(
            names = "--optimizer",
            paramLabel = "SPEC",
            defaultValue = "nesterov",
            description = "Server optimizer (default: ${DEFAULT-VALUE}).")
    private String optimizer;

    @Option(
            names = "--publish",
            paramLabel = "CODEC",
            defaultValue = "f32",
            description = "Of the versions: f32 or bf16 (default: ${DEFAULT-VALUE}).")
    private String publication;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "2",
            description = {
                "Of the job; also how many raw consumers and producers there are",
                "(default: ${DEFAULT-VALUE})."
            })
    private int parallelism;

    @Option(
            names = "--task-managers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Processes that the job is spread over (default: ${DEFAULT-VALUE}).")
    private int taskManagers;

    @Option(
            names = "--state",
            paramLabel = "BACKEND",
            defaultValue = "hashmap",
            converter = StateBackend.class,
            description = "hashmap or rocksdb (default: ${DEFAULT-VALUE}).")
    private FlinkProcesses.State state;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            description = {
                "Heap of all task managers together (default: folding rules 6 x the model in f32,",
                "but at least 4.5 x and 480; others 1.4 x what they hold and 384)."
            })
    private @Nullable Integer heap;

    @Option(
            names = "--checkpoint-interval",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How often output becomes visible (default: ${DEFAULT-VALUE}).")
    private int checkpointInterval;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = {
                "Rounds of each kind that are measured, after some that are not",
                "(default: ${DEFAULT-VALUE})."
            })
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Root of the updates' values (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--sweep",
            description = {
                "Measure many cases instead: models up to this size, 2 to 64 silos, other codecs and",
                "rules; fit what they cost, check that at twice the size, and predict larger models."
            })
    private boolean sweep;

    @Option(
            names = "--machine",
            paramLabel = "CORES,GB,GBIT",
            split = ",",
            defaultValue = "16,64,25",
            description = {
                "Machines that the sweep predicts for: cores, memory and network of each",
                "(default: ${DEFAULT-VALUE})."
            })
    private List<Integer> machine = List.of();

    @Option(names = "--picture", paramLabel = "FILE", description = "Draw the sweep into this PNG.")
    private @Nullable Path picture;

    @Option(
            names = "--profile",
            paramLabel = "DIR",
            description = "Record the task managers with Java Flight Recorder into this folder.")
    private @Nullable Path profile;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Keep logs of all processes and their data here.")
    private @Nullable Path output;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a JSON report.")
    private @Nullable Path report;

    @Override
    public Integer call() throws Exception {
        require(silos >= 1 && silos <= 512, "--silos must be 1 to 512, got " + silos);
        require(parameters >= 1, "--parameters must be at least 1, got " + parameters);
        require(rounds >= 1, "--rounds must be at least 1, got " + rounds);
        require(
                parallelism >= 1 && parallelism % taskManagers == 0,
                "--parallelism must be a multiple of --task-managers, got %s and %s"
                        .formatted(parallelism, taskManagers));
        require(
                checkpointInterval >= 1,
                "--checkpoint-interval must be at least 1, got " + checkpointInterval);
        require(
                machine.size() == 3 && machine.stream().allMatch(value -> value >= 1),
                "--machine is cores, GB and Gbit/s, e.g. 16,64,25, got " + machine);
        require(
                !sweep || output == null,
                "--output keeps one run; a sweep has many: leave one of them out");
        var pipeline = pipeline();
        return OrderlyEnd.of(() -> run(pipeline));
    }

    private PipelineCase pipeline() {
        try {
            var unusedRule = AggregationRule.parse(rule);
            var unusedOptimizer = ServerOptimizer.parse(optimizer);
            var pipeline =
                    new PipelineCase(
                            parameters,
                            silos,
                            Codec.parse(codec),
                            rule,
                            optimizer,
                            Codec.parse(publication),
                            parallelism,
                            state,
                            Duration.ofSeconds(checkpointInterval),
                            seed);
            var unusedSettings = pipeline.settings("localhost:1", rounds);
            return pipeline;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private int run(PipelineCase pipeline) throws IOException {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var progress = new CaseProgress(err, Boolean.getBoolean(TERMINAL));
        try (var quiet =
                QuietMachine.await(() -> err.println("Another benchmark is running; waiting."))) {
            if (sweep) {
                sweep(new Sweep(pipeline), progress);
            } else {
                var result = measure(pipeline, progress, out::println);
                PipelineLines.summary(result).forEach(out::println);
                report(List.of(result));
            }
            return 0;
        } catch (StalledException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                out.println("Nothing could be measured: " + e.getMessage());
            }
            return FAILURE;
        } finally {
            progress.end();
        }
    }

    private void sweep(Sweep cases, CaseProgress progress) throws IOException, StalledException {
        var out = spec.commandLine().getOut();
        out.println(SweepLines.headings());
        var sizes = lines(cases.sizes(), progress);
        var twice = line(cases.twice(), progress);
        var kind =
                new Sizing.Machine(machine.get(0), machine.get(1) * 1e9, machine.get(2) * 1e9 / 8);
        SweepLines.fits(sizes, twice, kind).forEach(out::println); // the rest takes as long again
        out.println();
        out.println(SweepLines.headings());
        var all = new ArrayList<>(sizes);
        all.add(twice);
        all.addAll(lines(cases.small(), progress));
        all.addAll(lines(cases.others(), progress));
        report(all);
        if (picture != null) {
            try {
                SweepChart.write(all, picture);
                out.println("Picture: " + picture);
            } catch (NoFontsException e) {
                out.println("No picture: " + e.getMessage());
            }
        }
    }

    private List<PipelineResult> lines(List<PipelineCase> cases, CaseProgress progress)
            throws IOException, StalledException {
        var results = new ArrayList<PipelineResult>();
        for (var pipeline : cases) {
            results.add(line(pipeline, progress));
        }
        return results;
    }

    private PipelineResult line(PipelineCase pipeline, CaseProgress progress)
            throws IOException, StalledException {
        var result = measure(pipeline, progress, line -> {});
        progress.end();
        spec.commandLine().getOut().println(SweepLines.of(result));
        return result;
    }

    private PipelineResult measure(
            PipelineCase pipeline, CaseProgress progress, Consumer<String> lines)
            throws IOException, StalledException {
        try (var folder = WorkFolder.open("bench", output)) {
            var machines =
                    new BenchMachines(pipeline, taskManagers, heapBytes(pipeline), profile, folder);
            lines.accept(PipelineLines.heading(pipeline, machines.heapBytes()));
            try {
                return machines.measure(
                        rounds,
                        progress::say,
                        line -> {
                            progress.end();
                            lines.accept(line);
                        });
            } catch (StalledException | RuntimeException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    folder.keep();
                    spec.commandLine().getOut().println("Logs of all processes: " + folder.logs());
                }
                throw e;
            }
        }
    }

    private void report(List<PipelineResult> results) {
        if (report != null) {
            PipelineReport.write(results, report);
            spec.commandLine().getOut().println("Report: " + report);
        }
    }

    private long heapBytes(PipelineCase pipeline) {
        return heap == null ? pipeline.heapBytes() : heap * (1L << 20);
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
