package io.tributary.operators.flink;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionGraphTestUtils;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;

/**
 * What a task shows as metrics, by the names and labels that Prometheus has them under, without
 * what all of them have in common: {@code silo_live{silo=acme}}.
 */
final class ShownMetrics {

    private static final String COMMON = "taskmanager_job_task_operator_tributary_";

    /** Time passes as a test says. */
    final AtomicLong clock = new AtomicLong(1_000_000);

    private final Map<String, Metric> metrics = new TreeMap<>();
    private final TaskMetricGroup task;

    ShownMetrics() {
        var registry = TestingMetricRegistry.builder().setRegisterConsumer(this::register).build();
        task =
                TaskManagerMetricGroup.createTaskManagerMetricGroup(
                                registry, "host", ResourceID.generate())
                        .addJob(new JobID(), "job")
                        .addTask(ExecutionGraphTestUtils.createExecutionAttemptId(), "task");
    }

    private void register(Metric metric, String name, AbstractMetricGroup<?> group) {
        var full = group.getLogicalScope(CharacterFilter.NO_OP_FILTER, '_') + "_" + name;
        if (!full.startsWith(COMMON)) {
            return; // Flink's own
        }
        var labels = new TreeMap<>(group.getAllVariables());
        labels.keySet().retainAll(Set.of("<silo>", "<reason>", "<phase>"));
        var shown = full.substring(COMMON.length());
        if (!labels.isEmpty()) {
            shown += labels.toString().replace("<", "").replace(">", "");
        }
        if (metrics.put(shown, metric) != null) {
            throw new AssertionError(shown + " is registered twice");
        }
    }

    /** What an operator's metric classes are made with. */
    MetricGroup group() {
        return task.getOrAddOperator("operator").addGroup("tributary");
    }

    /** What an operator in a harness shows its metrics in. */
    MockEnvironment environment(int parallelism, int subtask) {
        return new MockEnvironmentBuilder()
                .setMetricGroup(task)
                .setMaxParallelism(ChunkKey.MAX_PARALLELISM)
                .setParallelism(parallelism)
                .setSubtaskIndex(subtask)
                .build();
    }

    /** Everything by its name, in order. */
    Map<String, Double> all() {
        var values = new TreeMap<String, Double>();
        metrics.forEach((name, metric) -> values.put(name, value(metric)));
        return values;
    }

    /** What is not a count that every subtask has from the beginning. */
    Map<String, Double> gauges() {
        var values = all();
        values.keySet().removeIf(name -> metrics.get(name) instanceof Counter);
        return values;
    }

    double of(String name) {
        var metric = metrics.get(name);
        if (metric == null) {
            throw new AssertionError(name + " is not shown, but " + metrics.keySet());
        }
        return value(metric);
    }

    private static double value(Metric metric) {
        return metric instanceof Counter counter
                ? counter.getCount()
                : ((Number) ((Gauge<?>) metric).getValue()).doubleValue();
    }
}
