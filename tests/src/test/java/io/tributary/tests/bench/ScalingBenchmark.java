package io.tributary.tests.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The same aggregation by one thread and then by several, so that a busy machine disturbs both. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ScalingBenchmark {

    @Param("median")
    public String rule;

    @Param("16")
    public int silos;

    @Param("4194304")
    public int coordinates;

    @Param("2")
    public int threads;

    private ChunkedModel model;
    private Workers workers;

    /** Wall time and CPU time of both, in nanoseconds. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Cost {
        public long oneThreadNanos;
        public long manyThreadsNanos;
        public long oneThreadCpuNanos;
        public long manyThreadsCpuNanos;
    }

    @Setup
    public void generate() {
        model = new ChunkedModel(rule, Input.FLOATS, silos, coordinates, false);
        workers = new Workers(threads);
    }

    @TearDown
    public void close() {
        workers.close();
    }

    @Benchmark
    public double[][] aggregate(Cost cost) {
        long cpuAtStart = spent();
        long start = System.nanoTime();
        var alone = model.aggregate();
        long between = System.nanoTime();
        long cpuBetween = spent();
        var together = model.aggregate(workers);
        long end = System.nanoTime();
        cost.oneThreadNanos = between - start;
        cost.manyThreadsNanos = end - between;
        cost.oneThreadCpuNanos = cpuBetween - cpuAtStart;
        cost.manyThreadsCpuNanos = spent() - cpuBetween;
        if (!Arrays.deepEquals(alone, together)) {
            throw new IllegalStateException(
                    "%s threads gave other bits than one: %s".formatted(threads, rule));
        }
        return together;
    }

    private long spent() {
        return CpuClock.ofThisThread() + workers.cpuNanos();
    }
}
