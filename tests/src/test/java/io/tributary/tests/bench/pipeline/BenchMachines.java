package io.tributary.tests.bench.pipeline;

import io.tributary.tests.process.Broker;
import io.tributary.tests.process.ClusterShape;
import io.tributary.tests.process.FlinkProcesses;
import io.tributary.tests.process.StalledException;
import io.tributary.tests.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * The processes that a case is measured on.
 *
 * @param pipeline the case
 * @param taskManagers processes that the job is spread over
 * @param heapBytes heap that they have together
 * @param profile where to record what they do; null not to
 * @param folder what processes keep and write
 */
record BenchMachines(
        PipelineCase pipeline,
        int taskManagers,
        long heapBytes,
        @Nullable Path profile,
        WorkFolder folder) {

    private static final long MEBI = 1 << 20;

    /**
     * Measures the case.
     *
     * @param rounds rounds of each kind
     * @param progress hears what is being done
     * @param lines hears every round's figures
     */
    PipelineResult measure(int rounds, Consumer<String> progress, Consumer<String> lines)
            throws IOException, StalledException {
        try (var broker = broker();
                var flink = FlinkProcesses.start(folder.work(), folder.logs(), shape());
                var run =
                        new PipelineRun(
                                pipeline,
                                2 * rounds + PipelineRun.WATCHED,
                                broker,
                                flink,
                                progress)) {
            run.warmUp();
            lines.accept("");
            lines.accept(PipelineLines.roundHeadings());
            var costs = new ArrayList<RoundCost>();
            for (int i = 0; i < rounds; i++) {
                costs.add(run.atOnce());
                lines.accept(PipelineLines.of(costs.get(i)));
            }
            lines.accept("");
            lines.accept(PipelineLines.closeHeadings());
            var closes = new ArrayList<CloseLatency>();
            for (int i = 0; i < rounds; i++) {
                closes.add(run.lastAlone());
                lines.accept(PipelineLines.of(closes.get(i)));
            }
            var memory = run.watchingMemory();
            if (profile != null) {
                Profiles.dump(flink.taskManagers(), profile);
            }
            return new PipelineResult(pipeline, heapBytes, costs, closes, memory, run.checkpoint());
        }
    }

    /**
     * Runs many rounds.
     *
     * @param every how many rounds lie between two looks
     * @param samples hears what was seen
     */
    void endure(int rounds, int every, Consumer<String> progress, Consumer<Sample> samples)
            throws IOException, StalledException {
        try (var broker = broker();
                var flink = FlinkProcesses.start(folder.work(), folder.logs(), shape());
                var run = new PipelineRun(pipeline, rounds, broker, flink, progress)) {
            for (int i = 1; i <= rounds; i++) {
                run.endure();
                if (i % every == 0) {
                    samples.accept(run.sample());
                }
            }
        }
    }

    /**
     * What some rounds took, and what all processes took together.
     *
     * @param rounds what the rounds took
     * @param peakRssBytes most memory that the processes have had
     */
    record Delivered(List<Delivery> rounds, long peakRssBytes) {}

    /** Runs rounds whose versions are read by somebody. */
    Delivered deliver(int rounds, Consumer<String> progress) throws IOException, StalledException {
        try (var broker = broker();
                var flink = FlinkProcesses.start(folder.work(), folder.logs(), shape());
                var run = new PipelineRun(pipeline, rounds, broker, flink, progress)) {
            run.warmUp();
            var deliveries = new ArrayList<Delivery>();
            try (var reader = run.reader()) {
                for (int i = 0; i < rounds; i++) {
                    deliveries.add(run.deliver(reader));
                }
            }
            return new Delivered(deliveries, run.peakRssBytes());
        }
    }

    private Broker broker() throws IOException, StalledException {
        return Broker.start(
                folder.work(),
                folder.logs(),
                List.of("-Xms512m", "-Xmx1g", "-XX:+UseParallelGC"),
                Map.of(
                        // What has been measured goes soon.
                        "log.segment.bytes",
                        String.valueOf(128 * MEBI),
                        "log.retention.check.interval.ms",
                        "5000",
                        "log.segment.delete.delay.ms",
                        "1000"));
    }

    private ClusterShape shape() throws IOException {
        long heap = heapBytes / taskManagers - FlinkProcesses.FRAMEWORK_MEBIBYTES * MEBI;
        var flags = new ArrayList<String>();
        // What lives longer than a chunk is the model: the young generation need not be a third.
        flags.add("-Xmn" + Math.max(heapBytes / taskManagers / 6, 64 * MEBI) / MEBI + "m");
        if (profile != null) {
            flags.add(Profiles.FLAG);
        }
        return new ClusterShape(
                taskManagers,
                pipeline.parallelism() / taskManagers,
                new MemorySize(heap),
                new MemorySize(1024 * MEBI),
                pipeline.state(),
                Map.of(
                        "metrics.reporters",
                        "jmx",
                        "metrics.reporter.jmx.factory.class",
                        "org.apache.flink.metrics.jmx.JMXReporterFactory",
                        "heartbeat.interval",
                        "10 s",
                        "heartbeat.timeout",
                        "50 s",
                        "execution.checkpointing.num-retained",
                        "1"),
                flags);
    }
}
