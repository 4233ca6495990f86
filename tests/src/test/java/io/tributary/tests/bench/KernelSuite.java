package io.tributary.tests.bench;

import io.tributary.operators.rule.AggregationRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures kernels with JMH, each case in a JVM of its own: what the compiler made of one kernel
 * does not touch the next.
 *
 * @param vectorApi whether these JVMs have the Vector API
 */
record KernelSuite(Effort effort, boolean vectorApi) {

    private static final double NANOS = 1e-9;

    /** Measures one case; never throws for what is wrong with that. */
    Outcome measure(KernelCase kernel, Runnable onIteration) {
        AggregationRule rule;
        try {
            rule = AggregationRule.parse(kernel.rule());
        } catch (IllegalArgumentException e) {
            return new Outcome.Unmeasured(false, "not in this build");
        }
        try {
            rule.check(kernel.silos());
        } catch (IllegalArgumentException e) {
            return new Outcome.Unmeasured(false, String.valueOf(e.getMessage()));
        }
        var log = new RunLog(onIteration);
        try {
            var runs = new Runner(options(kernel).build(), log).run();
            var iterations = iterations(runs);
            if (iterations.isEmpty()) {
                return new Outcome.Unmeasured(true, log.fault().orElse("no result came back"));
            }
            return kernel.isScaling() ? scaled(kernel.threads(), iterations) : measured(iterations);
        } catch (RunnerException e) {
            return new Outcome.Unmeasured(true, log.fault().orElse(String.valueOf(e.getMessage())));
        }
    }

    private ChainedOptionsBuilder options(KernelCase kernel) {
        var benchmark = kernel.isScaling() ? ScalingBenchmark.class : KernelBenchmark.class;
        var options =
                new OptionsBuilder()
                        .include("^" + Pattern.quote(benchmark.getName() + ".aggregate") + "$")
                        .forks(effort.forks())
                        .warmupForks(0)
                        .warmupIterations(effort.warmups())
                        .measurementIterations(effort.measurements())
                        .jvmArgs(jvmArguments(kernel))
                        .param("rule", kernel.rule())
                        .param("silos", Integer.toString(kernel.silos()))
                        .param("coordinates", Integer.toString(kernel.coordinates()));
        return kernel.isScaling()
                ? options.param("threads", Integer.toString(kernel.threads()))
                : options.param("input", kernel.input().name());
    }

    private String[] jvmArguments(KernelCase kernel) {
        long megabytes = heapBytes(kernel) >> 20;
        var arguments =
                new ArrayList<>(
                        List.of(
                                "-Xms" + megabytes + "m",
                                "-Xmx" + megabytes + "m",
                                "-XX:+UseParallelGC",
                                // A page's first touch is the operating system's work.
                                "-XX:+AlwaysPreTouch",
                                "-Djava.awt.headless=true"));
        if (vectorApi) {
            arguments.add("--add-modules=jdk.incubator.vector");
        }
        return arguments.toArray(String[]::new);
    }

    /** Room for the rows, for as many bytes to read plainly, and for results; taken at once. */
    static long heapBytes(KernelCase kernel) {
        long floats = (long) kernel.silos() * kernel.coordinates() * Float.BYTES;
        return 2 * floats + (512 << 20);
    }

    private static List<IterationResult> iterations(Collection<RunResult> runs) {
        return runs.stream()
                .flatMap(run -> run.getBenchmarkResults().stream())
                .flatMap(fork -> fork.getIterationResults().stream())
                .toList();
    }

    private static Outcome measured(List<IterationResult> iterations) {
        return new Outcome.Measured(
                seconds(iterations, "cpuNanos"),
                seconds(iterations, "readNanos"),
                seconds(iterations, "wallNanos"),
                seconds(iterations, "processNanos"));
    }

    private static Outcome scaled(int threads, List<IterationResult> iterations) {
        return new Outcome.Scaled(
                threads,
                seconds(iterations, "oneThreadNanos"),
                seconds(iterations, "manyThreadsNanos"),
                seconds(iterations, "oneThreadCpuNanos"),
                seconds(iterations, "manyThreadsCpuNanos"));
    }

    private static double[] seconds(List<IterationResult> iterations, String counter) {
        return iterations.stream()
                .mapToDouble(i -> NANOS * i.getSecondaryResults().get(counter).getScore())
                .toArray();
    }
}
