package io.tributary.tests.drill;

import io.tributary.tests.process.FlinkProcesses;
import io.tributary.tests.process.OrderlyEnd;
import io.tributary.tests.process.ProcessLogs;
import io.tributary.tests.process.StalledException;
import io.tributary.tests.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tributary drill burst}. */
@Command(
        name = "burst",
        description = {
            "Lets all silos upload at once to a cluster whose memory holds a fraction of it, and"
                    + " checks that nothing runs out of memory and every version is right."
        },
        mixinStandardHelpOptions = true)
final class BurstCommand implements Callable<Integer> {

    private static final int SMALLEST_HEAP = FlinkProcesses.FRAMEWORK_MEBIBYTES + 16;

    @Spec private CommandSpec spec;

    @Option(
            names = "--silos",
            paramLabel = "N",
            defaultValue = "64",
            description = "Silos (default: ${DEFAULT-VALUE}).")
    private int silos;

    @Option(
            names = "--elements",
            paramLabel = "N",
            defaultValue = "6000000",
            description = "Values of the model, four bytes each (default: ${DEFAULT-VALUE}).")
    private int elements;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            defaultValue = "384",
            description = "Heap of each of the two task managers (default: ${DEFAULT-VALUE}).")
    private int heap;

    @Option(
            names = "--state",
            paramLabel = "KIND",
            defaultValue = "ROCKSDB",
            description =
                    "Where the job keeps its state: ${COMPLETION-CANDIDATES} (default:"
                            + " ${DEFAULT-VALUE}).")
    private FlinkProcesses.State state;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "2",
            description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Root of everything random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Keep logs of all processes and their data here.")
    private @Nullable Path output;

    @Override
    public Integer call() throws Exception {
        require(silos >= 1 && silos <= 256, "--silos must be 1 to 256, got " + silos);
        require(elements >= 1024, "--elements must be at least 1024, got " + elements);
        require(
                heap >= SMALLEST_HEAP,
                "--heap must be at least %s, got %s".formatted(SMALLEST_HEAP, heap));
        require(rounds >= 1, "--rounds must be at least 1, got " + rounds);
        return OrderlyEnd.of(this::run);
    }

    private int run() throws IOException, StalledException {
        var out = spec.commandLine().getOut();
        try (var folder = WorkFolder.open("drill", output)) {
            var burst =
                    new Burst(
                            silos,
                            elements,
                            heap,
                            state,
                            rounds,
                            seed,
                            folder.work(),
                            folder.logs(),
                            out::println);
            out.println(
                    String.format(
                            Locale.ROOT,
                            "%s updates of %.1f MB at once: %.1f times the heap of all task"
                                    + " managers",
                            silos,
                            elements * (double) Float.BYTES / 1e6,
                            burst.ratio()));
            var violations = burst.run();
            out.println(
                    String.format(
                            Locale.ROOT,
                            "Largest checkpoint %.0f MB; the model, its moments and its sums are"
                                    + " %.0f MB",
                            ProcessLogs.largestCheckpointBytes(folder.logs()) / 1e6,
                            elements * Burst.STATE_BYTES / 1e6));
            out.println("Violations " + violations.size());
            violations.forEach(violation -> out.println("  " + violation));
            if (violations.isEmpty()) {
                return 0;
            }
            folder.keep();
            out.println("Logs of all processes: " + folder.logs());
            return DrillCommand.FAILURE;
        }
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
