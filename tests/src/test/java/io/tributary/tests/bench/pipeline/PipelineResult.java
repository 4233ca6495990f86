package io.tributary.tests.bench.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What was measured of a case.
 *
 * @param pipeline the case
 * @param heapBytes heap that all task managers had together
 * @param rounds rounds whose updates came all at once
 * @param closes rounds whose last update came when all others had been read
 * @param memory of every process
 * @param checkpoint the last of the run
 */
record PipelineResult(
        PipelineCase pipeline,
        long heapBytes,
        List<RoundCost> rounds,
        List<CloseLatency> closes,
        List<Memory> memory,
        ClusterProbe.Checkpoint checkpoint) {

    /** Task managers' names begin so. */
    static final String TASK_MANAGER = "task manager";

    double median(ToDoubleFunction<RoundCost> figure) {
        return median(rounds.stream().mapToDouble(figure).toArray());
    }

    double medianOfCloses(ToDoubleFunction<CloseLatency> figure) {
        return median(closes.stream().mapToDouble(figure).toArray());
    }

    /** Of the rounds together: medians of the raw times against the median of the rounds' own. */
    double ratio() {
        return (median(RoundCost::rawReadSeconds) + median(RoundCost::rawWriteSeconds))
                / median(RoundCost::seconds);
    }

    /** Processor time of all task managers in a round. */
    double taskManagerCpuSeconds() {
        return median(
                cost ->
                        cost.cpuSeconds().entrySet().stream()
                                .filter(process -> isTaskManager(process.getKey()))
                                .mapToDouble(Map.Entry::getValue)
                                .sum());
    }

    /** What was alive at most on the heaps of all task managers. */
    double liveHeapBytes() {
        return memory.stream()
                .filter(of -> isTaskManager(of.process()))
                .mapToDouble(Memory::liveHeapBytes)
                .sum();
    }

    private static boolean isTaskManager(String process) {
        return process.startsWith(TASK_MANAGER);
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        var sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
