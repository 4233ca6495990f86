package io.tributary.tests;

import io.tributary.aggregation.LocalCluster;
import io.tributary.kafka.embedded.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the federations of a test class run on: a broker and a Flink cluster, started together and
 * closed together.
 */
record TestCluster(EmbeddedBroker broker, LocalCluster flink) implements AutoCloseable {

    /**
     * Starts both. If Flink does not start, the broker does not stay.
     *
     * @param work folder for the broker's log, checkpoints and temporary files
     * @param taskManagers task managers with {@code slots} slots each
     * @param parallelism of the jobs; at most the number of slots
     */
    static TestCluster start(Path work, int taskManagers, int slots, int parallelism)
            throws Exception {
        return start(work, taskManagers, slots, parallelism, Map.of());
    }

    /**
     * Starts both. If Flink does not start, the broker does not stay.
     *
     * @param work folder for the broker's log, checkpoints and temporary files
     * @param taskManagers task managers with {@code slots} slots each
     * @param parallelism of the jobs; at most the number of slots
     * @param options of Flink that differ from those of every test's cluster
     */
    static TestCluster start(
            Path work, int taskManagers, int slots, int parallelism, Map<String, String> options)
            throws Exception {
        var broker = EmbeddedBroker.start(work.resolve("kafka"));
        try {
            var flink =
                    LocalCluster.start(
                            work.resolve("flink"), taskManagers, slots, parallelism, options);
            return new TestCluster(broker, flink);
        } catch (Exception e) {
            broker.close();
            throw e;
        }
    }

    /** Flink first, then the broker, whatever Flink says. */
    @Override
    public void close() throws Exception {
        try {
            flink.close();
        } finally {
            broker.close();
        }
    }
}
