package io.tributary.tests.bench;

import com.sun.management.OperatingSystemMXBean;
import io.tributary.operators.rule.AggregationRule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tributary bench kernels}. */
@Command(
        name = "kernels",
        description = {
            "Measures what an aggregation costs, rule by rule.",
            "CPU s: CPU time of its thread. GB/s: bytes of input in a second of that. x read:"
                    + " how many times as long as a plain loop over as many bytes in the same run."
                    + " The last rows compare the time that passes with several threads and with"
                    + " one; by CPU: what that would be with a core for each."
        },
        mixinStandardHelpOptions = true)
final class KernelsCommand implements Callable<Integer> {

    /** Set by the launcher if standard error is a terminal. */
    private static final String TERMINAL = "tributary.terminal";

    private static final OperatingSystemMXBean MACHINE =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final int QUICK_COORDINATES = 1 << 20;

    @Spec private CommandSpec spec;

    @Option(
            names = "--quick",
            description = "A quarter of the data and fewer repetitions; rougher figures.")
    private boolean quick;

    @Option(
            names = "--rule",
            paramLabel = "SPEC",
            description = "Only this rule; may be repeated (default: a table of them).")
    private List<String> rules = List.of();

    @Option(
            names = "--silos",
            paramLabel = "N",
            defaultValue = "16",
            description = "Rows (default: ${DEFAULT-VALUE}).")
    private int silos;

    @Option(
            names = "--coordinates",
            paramLabel = "N",
            converter = Size.class,
            description = "Values in each row; k and M count in 1024s (default: 4M; quick: 1M).")
    private @Nullable Integer coordinates;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = {
                "Threads that the last rows compare with one;",
                "1 leaves them out (default: ${DEFAULT-VALUE})."
            })
    private int threads;

    @Option(names = "--plain", description = "Run without the Vector API.")
    private boolean plain;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a JSON report.")
    private @Nullable Path report;

    @Override
    public Integer call() throws IOException {
        int length = coordinates != null ? coordinates : quick ? QUICK_COORDINATES : 4 << 20;
        require(silos >= 1, "--silos must be at least 1, got " + silos);
        require(length >= 1, "--coordinates must be at least 1, got " + length);
        require(threads >= 1, "--threads must be at least 1, got " + threads);
        var suite = new KernelSuite(quick ? Effort.QUICK : Effort.FULL, !plain);
        var cases = KernelTable.cases(rules, silos, length, threads, suite.vectorApi());
        refuseUnknownRules();
        refuseModelsWithoutRoom(cases);

        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var outcomes = new LinkedHashMap<KernelCase, Outcome>();
        try (var quiet =
                QuietMachine.await(() -> err.println("Another benchmark is running; waiting."))) {
            out.println(KernelLines.heading(suite, silos, length));
            KernelLines.warning(MACHINE.getSystemLoadAverage()).ifPresent(out::println);
            measure(cases, suite, outcomes);
        }
        KernelLines.closing(outcomes).ifPresent(line -> out.printf("%n%s%n", line));
        if (report != null) {
            KernelReport.write(outcomes, suite, report);
            out.println("Report: " + report);
        }
        return outcomes.values().stream().anyMatch(failed()) ? Bench.FAILURE : 0;
    }

    /** Prints every line as soon as it is known. */
    private void measure(
            List<KernelCase> cases, KernelSuite suite, Map<KernelCase, Outcome> outcomes) {
        var out = spec.commandLine().getOut();
        var progress = new CaseProgress(spec.commandLine().getErr(), Boolean.getBoolean(TERMINAL));
        var lines = new KernelLines(cases, silos);
        out.println();
        out.println(lines.costHeadings());
        boolean scaling = false;
        for (var kernel : cases) {
            if (kernel.isScaling() && !scaling) {
                scaling = true;
                out.println();
                out.println(lines.scalingHeadings(threads));
            }
            progress.begin(outcomes.size() + 1, cases.size(), lines.name(kernel));
            var outcome = suite.measure(kernel, progress::step);
            progress.end();
            outcomes.put(kernel, outcome);
            out.println(lines.of(kernel, outcome));
        }
    }

    /** A rule of the table may be missing from a build; one that the user writes is to be right. */
    private void refuseUnknownRules() {
        for (var rule : rules) {
            if (!KernelTable.has(rule)) {
                try {
                    var unused = AggregationRule.parse(rule);
                } catch (IllegalArgumentException e) {
                    throw new ParameterException(spec.commandLine(), "--rule: " + e.getMessage());
                }
            }
        }
    }

    /** A JVM that takes more memory than there is may end other people's processes. */
    private void refuseModelsWithoutRoom(List<KernelCase> cases) {
        long most = cases.stream().mapToLong(KernelSuite::heapBytes).max().orElse(0);
        long memory = MACHINE.getTotalMemorySize();
        require(
                most <= memory / 2,
                "%.1f GB of memory would be taken, more than half of this machine's %.1f GB; use"
                                .formatted(most / 1e9, memory / 1e9)
                        + " fewer --silos or --coordinates");
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private static Predicate<Outcome> failed() {
        return outcome -> outcome instanceof Outcome.Unmeasured none && none.failed();
    }
}
