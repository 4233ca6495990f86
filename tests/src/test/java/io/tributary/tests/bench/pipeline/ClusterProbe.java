package io.tributary.tests.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.kafka.KafkaConnection;
import io.tributary.tests.process.FlinkProcesses;
import io.tributary.tests.process.Interrupted;
import io.tributary.tests.process.Patience;
import io.tributary.tests.process.StalledException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What Flink and Kafka themselves say of the job. */
record ClusterProbe(FlinkProcesses flink, KafkaConnection connection, String group) {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /**
     * The newest checkpoint that is complete.
     *
     * @param number counts from 1; 0 for none
     * @param bytes of state
     * @param seconds from its trigger to its end
     */
    record Checkpoint(long number, long bytes, double seconds) {}

    Checkpoint newestCheckpoint() {
        var completed = checkpoints().path("latest").path("completed");
        return new Checkpoint(
                completed.path("id").asLong(),
                completed.path("state_size").asLong(),
                completed.path("end_to_end_duration").asLong() / 1e3);
    }

    boolean isTakingCheckpoint() {
        return checkpoints().path("counts").path("in_progress").asInt() > 0;
    }

    /** Returns just after a checkpoint, when the job has nothing to do until the next. */
    void awaitCheckpoint() throws StalledException {
        long before = newestCheckpoint().number();
        Patience.require("a checkpoint", PATIENCE, () -> newestCheckpoint().number() > before);
    }

    private JsonNode checkpoints() {
        try {
            return flink.ofJob("/checkpoints");
        } catch (IOException e) {
            throw new UncheckedIOException("Flink does not tell of its checkpoints", e);
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
    }

    /** Waits until the job has read what is before these places, and has a checkpoint of it. */
    void awaitRead(Map<TopicPartition, Long> ends) throws StalledException {
        try (var admin = Admin.create(connection.clientConfig())) {
            Patience.require(
                    "the job's reading of what has been written",
                    PATIENCE,
                    () -> {
                        var read = read(admin);
                        return ends.entrySet().stream()
                                .allMatch(
                                        end ->
                                                read.containsKey(end.getKey())
                                                        && read.get(end.getKey()).offset()
                                                                >= end.getValue());
                    });
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> read(Admin admin)
            throws InterruptedException, ExecutionException {
        return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    }
}
