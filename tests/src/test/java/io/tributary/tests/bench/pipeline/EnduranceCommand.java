package io.tributary.tests.bench.pipeline;

import io.tributary.cli.ParameterCount;
import io.tributary.cli.report.NoFontsException;
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
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tributary bench endurance}. */
@Command(
        name = "endurance",
        description = {
            "Runs many rounds of the same federation as 'bench pipeline', and looks whether anything"
                    + " grows: heap, native memory, state, open files, what the broker remembers of"
                    + " transactions.",
            "Grown is what its last third has more of than its middle third, by more than 5 %%."
        },
        mixinStandardHelpOptions = true)
public final class EnduranceCommand implements Callable<Integer> {

    private static final int FAILURE = 1;
    private static final int LEAST_SAMPLES = 6;
    private static final double MEGA = 1e6;

    private static final String HEADINGS =
            "round  live heap MB  native MB  open files  checkpoint MB  broker's heap MB  its open"
                    + " files  transactional ids";

    /** Set by the launcher if standard error is a terminal. */
    private static final String TERMINAL = "tributary.terminal";

    @Spec private CommandSpec spec;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "200",
            description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "4",
            description = "Look after this many rounds (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--parameters",
            paramLabel = "N",
            converter = ParameterCount.class,
            defaultValue = "10M",
            description = "Values of the model (default: ${DEFAULT-VALUE}).")
    private long parameters;

    @Option(
            names = "--silos",
            paramLabel = "N",
            defaultValue = "8",
            description = "Silos (default: ${DEFAULT-VALUE}).")
    private int silos;

    @Option(
            names = "--rule",
            paramLabel = "SPEC",
            defaultValue = "fednova",
            description = "Aggregation rule (default: ${DEFAULT-VALUE}).")
    private String rule;

    @Option(
            names = "--state",
            paramLabel = "BACKEND",
            defaultValue = "hashmap",
            converter = StateBackend.class,
            description = "hashmap or rocksdb (default: ${DEFAULT-VALUE}).")
    private FlinkProcesses.State state;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Draw the curves into this PNG.")
    private @Nullable Path picture;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Keep logs of all processes and their data here.")
    private @Nullable Path output;

    @Override
    public Integer call() throws Exception {
        require(rounds >= 1, "--rounds must be at least 1, got " + rounds);
        require(
                every >= 1 && rounds / every >= LEAST_SAMPLES,
                "--rounds must be at least %s times --every, got %s and %s"
                        .formatted(LEAST_SAMPLES, rounds, every));
        var pipeline = pipeline();
        return OrderlyEnd.of(() -> run(pipeline));
    }

    private PipelineCase pipeline() {
        try {
            var pipeline =
                    new PipelineCase(
                            parameters,
                            silos,
                            Codec.BF16,
                            rule,
                            "nesterov",
                            Codec.F32,
                            2,
                            state,
                            Duration.ofSeconds(1),
                            1);
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
                        QuietMachine.await(
                                () -> err.println("Another benchmark is running; waiting."));
                var folder = WorkFolder.open("endurance", output)) {
            try {
                var machines = new BenchMachines(pipeline, 1, pipeline.heapBytes(), null, folder);
                out.println(PipelineLines.heading(pipeline, machines.heapBytes()));
                out.println(HEADINGS);
                var samples = new ArrayList<Sample>();
                machines.endure(
                        rounds,
                        every,
                        progress::say,
                        sample -> {
                            progress.end();
                            samples.add(sample);
                            out.println(line(sample));
                        });
                return conclude(samples);
            } catch (StalledException | RuntimeException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    folder.keep();
                    out.println("The run has failed: " + e.getMessage());
                    out.println("Logs of all processes: " + folder.logs());
                }
                return FAILURE;
            } finally {
                progress.end();
            }
        }
    }

    private int conclude(List<Sample> samples) {
        var out = spec.commandLine().getOut();
        out.println();
        boolean grown = false;
        for (var growth : growths(samples)) {
            grown |= growth.hasGrown();
            out.printf(
                    Locale.ROOT,
                    "%-24s %10.1f in the middle, %10.1f in the end%s%n",
                    growth.what(),
                    growth.middle(),
                    growth.last(),
                    growth.hasGrown() ? ": HAS GROWN" : "");
        }
        if (picture != null) {
            try {
                EnduranceChart.write(samples, picture);
                out.println("Picture: " + picture);
            } catch (NoFontsException e) {
                out.println("No picture: " + e.getMessage());
            }
        }
        return grown ? FAILURE : 0;
    }

    private static List<Growth> growths(List<Sample> samples) {
        return List.of(
                Growth.of("live heap, MB", samples, s -> s.liveHeapBytes() / MEGA, 4),
                Growth.of("native memory, MB", samples, s -> s.nativeBytes() / MEGA, 4),
                Growth.of("open files", samples, Sample::openFiles, 2),
                Growth.of("checkpoint, MB", samples, s -> s.checkpointBytes() / MEGA, 1),
                Growth.of("broker's live heap, MB", samples, s -> s.brokerHeapBytes() / MEGA, 4),
                Growth.of("transactional ids", samples, Sample::transactionalIds, 0.5));
    }

    private static String line(Sample s) {
        return String.format(
                Locale.ROOT,
                "%5s %13.1f %10.1f %11s %14.1f %17.1f %15s %18s",
                s.round(),
                s.liveHeapBytes() / MEGA,
                s.nativeBytes() / MEGA,
                s.openFiles(),
                s.checkpointBytes() / MEGA,
                s.brokerHeapBytes() / MEGA,
                s.brokerOpenFiles(),
                s.transactionalIds());
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
