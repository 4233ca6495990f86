package io.tributary.tests.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One aggregation of a whole model in one thread. JMH's own score is wall time; the CPU time that
 * the command prints is among the counters, and so is that of {@link MemoryRead} over as many
 * bytes, which goes before every aggregation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class KernelBenchmark {

    @Param("median")
    public String rule;

    @Param("FLOATS")
    public Input input;

    @Param("16")
    public int silos;

    @Param("4194304")
    public int coordinates;

    private ChunkedModel model;
    private float[][] plain;
    private long readNanos;

    /** What an aggregation took, in nanoseconds. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Cost {
        /** CPU time of the plain loop before it. */
        public long readNanos;

        /** CPU time of the thread that aggregates. */
        public long cpuNanos;

        /** CPU time of the process: the compiler and the collector are in it. */
        public long processNanos;

        public long wallNanos;
    }

    @Setup
    public void generate() {
        boolean floats = input == Input.FLOATS;
        model = new ChunkedModel(rule, input, silos, coordinates, floats);
        plain =
                floats
                        ? model.values()
                        : new float[silos]
                                [(int) ((long) coordinates * input.bytesPerValue() / Float.BYTES)];
    }

    @Setup(Level.Invocation)
    public void readPlain(Blackhole blackhole) {
        long before = CpuClock.ofThisThread();
        blackhole.consume(MemoryRead.sum(plain));
        readNanos = CpuClock.ofThisThread() - before;
    }

    @Benchmark
    public double[][] aggregate(Cost cost) {
        long process = CpuClock.ofProcess();
        long wall = System.nanoTime();
        long cpu = CpuClock.ofThisThread();
        var result = model.aggregate();
        cost.cpuNanos = CpuClock.ofThisThread() - cpu;
        cost.wallNanos = System.nanoTime() - wall;
        cost.processNanos = CpuClock.ofProcess() - process;
        cost.readNanos = readNanos;
        return result;
    }
}
