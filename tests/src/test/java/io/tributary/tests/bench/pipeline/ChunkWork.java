package io.tributary.tests.bench.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the tasks that own the model's chunks spend their time on, seconds; of each, that of the
 * task that took longest.
 *
 * @param combining adding rows, measuring and combining them
 * @param stepping the server optimizer's step
 * @param writing encoding the new chunks and handing them to the producer
 */
record ChunkWork(double combining, double stepping, double writing) {

    /** The job's metrics, in this order. */
    private static final List<String> METRICS =
            List.of("combineSeconds", "stepSeconds", "writeSeconds");

    /** What all tasks have spent so far, by metric and task. */
    static Map<String, Map<String, Double>> soFar(List<ProcessProbe> taskManagers) {
        var spent = new TreeMap<String, Map<String, Double>>();
        for (var metric : METRICS) {
            var tasks = new TreeMap<String, Double>();
            taskManagers.forEach(process -> tasks.putAll(process.gauges(metric)));
            spent.put(metric, tasks);
        }
        return spent;
    }

    /** What was spent between two looks. */
    static ChunkWork between(
            Map<String, Map<String, Double>> before, Map<String, Map<String, Double>> after) {
        var seconds =
                METRICS.stream()
                        .mapToDouble(metric -> longest(before.get(metric), after.get(metric)))
                        .toArray();
        return new ChunkWork(seconds[0], seconds[1], seconds[2]);
    }

    private static double longest(Map<String, Double> before, Map<String, Double> after) {
        return after.entrySet().stream()
                .mapToDouble(
                        task ->
                                task.getValue()
                                        - Objects.requireNonNullElse(
                                                before.get(task.getKey()), 0.0))
                .max()
                .orElseThrow(() -> new IllegalStateException("no task tells what it has done"));
    }
}
