package io.tributary.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/**
 * Waits until what was committed can be read: a commit returns when it is certain, a moment before
 * the partitions have their markers.
 */
public final class Settled {

    private Settled() {}

    public static void await(KafkaConnection connection, String... topics) {
        try (var admin = Admin.create(connection.clientConfig())) {
            var latest = new HashMap<TopicPartition, OffsetSpec>();
            var described = admin.describeTopics(List.of(topics)).allTopicNames().get();
            described.forEach(
                    (name, topic) ->
                            topic.partitions()
                                    .forEach(
                                            p ->
                                                    latest.put(
                                                            new TopicPartition(name, p.partition()),
                                                            OffsetSpec.latest())));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .until(
                            () ->
                                    ends(admin, latest, IsolationLevel.READ_COMMITTED)
                                            .equals(
                                                    ends(
                                                            admin,
                                                            latest,
                                                            IsolationLevel.READ_UNCOMMITTED)));
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<TopicPartition, Long> ends(
            Admin admin, Map<TopicPartition, OffsetSpec> latest, IsolationLevel isolation)
            throws ExecutionException, InterruptedException {
        var ends = new HashMap<TopicPartition, Long>();
        Map<TopicPartition, ListOffsetsResultInfo> found =
                admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all().get();
        found.forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }
}
