package io.tributary.tests.process;

import io.tributary.aggregation.MetricsReporter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;

/**
 * How large a Flink cluster of processes is.
 *
 * @param taskManagers how many task managers
 * @param slots of each
 * @param taskHeap of each, for the job's own objects
 * @param managed of each, for RocksDB; ignored where state is on the heap
 * @param state where jobs keep their state
 * @param options of Flink that differ from those of every cluster of processes
 * @param workerFlags further flags of the task managers' JVMs
 */
public record ClusterShape(
        int taskManagers,
        int slots,
        MemorySize taskHeap,
        MemorySize managed,
        FlinkProcesses.State state,
        Map<String, String> options,
        List<String> workerFlags) {

    private static final int SLOTS = 2;
    private static final MemorySize MANAGED = MemorySize.ofMebiBytes(128);

    /** Task managers with two slots each. */
    public static ClusterShape of(
            int taskManagers, MemorySize taskHeap, FlinkProcesses.State state) {
        return new ClusterShape(taskManagers, SLOTS, taskHeap, MANAGED, state, Map.of(), List.of());
    }

    /**
     * The same, but every process serves its metrics to Prometheus.
     *
     * @param ports one for each process: the task managers and the job manager. Each takes the
     *     first that is free when it starts
     */
    public ClusterShape withMetrics(List<Integer> ports) {
        if (ports.size() <= taskManagers) {
            throw new IllegalArgumentException(
                    "%s task managers and a job manager need as many ports, got %s"
                            .formatted(taskManagers, ports));
        }
        var list = ports.stream().map(String::valueOf).collect(Collectors.joining(","));
        var all = new TreeMap<>(options);
        all.putAll(MetricsReporter.options(list));
        return new ClusterShape(taskManagers, slots, taskHeap, managed, state, all, workerFlags);
    }

    int totalSlots() {
        return taskManagers * slots;
    }
}
