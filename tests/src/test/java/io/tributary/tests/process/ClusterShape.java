package io.tributary.tests.process;

import java.util.List;
import java.util.Map;
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

    int totalSlots() {
        return taskManagers * slots;
    }
}
