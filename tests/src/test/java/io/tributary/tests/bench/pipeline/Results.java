package io.tributary.tests.bench.pipeline;

import io.tributary.schemas.codec.Codec;
import io.tributary.tests.process.FlinkProcesses;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Results as if they had been measured. */
final class Results {

    private Results() {}

    static PipelineCase pipeline(long parameters, int silos) {
        return new PipelineCase(
                parameters,
                silos,
                Codec.BF16,
                "mean",
                "nesterov",
                Codec.F32,
                2,
                FlinkProcesses.State.HASHMAP,
                Duration.ofSeconds(10),
                1);
    }

    /** A result with one round that took some seconds, of two processors each. */
    static PipelineResult of(long parameters, int silos, double seconds) {
        var pipeline = pipeline(parameters, silos);
        var cost =
                new RoundCost(
                        2,
                        pipeline.updateBytes(),
                        pipeline.versionBytes(),
                        seconds,
                        1,
                        seconds / 2,
                        seconds / 8,
                        Map.of("broker", seconds, "task manager 1", 2 * seconds));
        return new PipelineResult(
                pipeline,
                6 * pipeline.modelBytes(),
                List.of(cost),
                List.of(new CloseLatency(1, 0.5, 1, 0.2, 0.4, new ChunkWork(0.1, 0.05, 0.1))),
                List.of(
                        new Memory("broker", 1, 1),
                        new Memory("task manager 1", 4 * pipeline.modelBytes(), 1)),
                new ClusterProbe.Checkpoint(3, 2 * pipeline.modelBytes(), 0.5));
    }

    static double seconds(PipelineResult result) {
        return result.median(RoundCost::seconds);
    }
}
