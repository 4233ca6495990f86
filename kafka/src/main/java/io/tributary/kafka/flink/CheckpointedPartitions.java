package io.tributary.kafka.flink;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumStateSerializer;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.source.coordinator.SourceCoordinatorSerdeUtils;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that the Kafka sources of a checkpoint or savepoint go on reading.
 *
 * <p>A source never lets go of a partition. Restored without its topic, it asks for positions that
 * nobody can tell, reads nothing, and fails after a minute, again and again.
 *
 * <p>Read from the state of the split enumerators, which is in the metadata file itself: {@code
 * SourceCoordinator} frames it with the version of the frame, the version of the connector's
 * serializer, and a length.
 *
 * @param bySource the partitions by the uid of the source's operator, such as {@code read-updates},
 *     or its id where the checkpoint has no uids
 */
public record CheckpointedPartitions(Map<String, Set<TopicPartition>> bySource) {

    private static final String METADATA = "_metadata";

    /** Partitions of one topic. */
    public record Topic(String name, Set<Integer> partitions, Set<String> sources) {}

    /**
     * Reads them.
     *
     * @param pointer the checkpoint's or savepoint's folder, or its metadata file, as a path or URI
     * @throws IOException if it cannot be read, or is none of this job
     */
    public static CheckpointedPartitions read(String pointer) throws IOException {
        var path = new Path(pointer);
        var files = path.getFileSystem();
        if (files.getFileStatus(path).isDir()) {
            path = new Path(path, METADATA);
        }
        try (var in = new DataInputStream(files.open(path))) {
            var loader = CheckpointedPartitions.class.getClassLoader();
            var metadata = Checkpoints.loadCheckpointMetadata(in, loader, pointer);
            var bySource = new TreeMap<String, Set<TopicPartition>>();
            for (var operator : metadata.getOperatorStates()) {
                if (operator.getCoordinatorState() != null) {
                    bySource.put(name(operator), partitions(operator));
                }
            }
            return new CheckpointedPartitions(bySource);
        }
    }

    private static String name(OperatorState operator) {
        return operator.getOperatorUid().orElseGet(() -> operator.getOperatorID().toString());
    }

    private static Set<TopicPartition> partitions(OperatorState operator) throws IOException {
        var bytes = operator.getCoordinatorState().getData();
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int frame = in.readInt();
            if (frame != SourceCoordinatorSerdeUtils.VERSION_0
                    && frame != SourceCoordinatorSerdeUtils.VERSION_1) {
                throw new IOException(
                        "the state of source %s has frame version %s, which Flink 2.3 does not write"
                                .formatted(name(operator), frame));
            }
            int version = in.readInt();
            var state = in.readNBytes(in.readInt());
            return new KafkaSourceEnumStateSerializer()
                    .deserialize(version, state).splits().stream()
                            .map(split -> split.split().getTopicPartition())
                            .collect(Collectors.toSet());
        }
    }

    /** All partitions, by topic. */
    public Map<String, Topic> topics() {
        var topics = new TreeMap<String, Topic>();
        bySource.forEach(
                (source, partitions) ->
                        partitions.stream()
                                .sorted(Comparator.comparing(TopicPartition::topic))
                                .forEach(
                                        partition -> {
                                            var topic =
                                                    topics.computeIfAbsent(
                                                            partition.topic(),
                                                            name ->
                                                                    new Topic(
                                                                            name,
                                                                            new TreeSet<>(),
                                                                            new TreeSet<>()));
                                            topic.partitions().add(partition.partition());
                                            topic.sources().add(source);
                                        }));
        return topics;
    }
}
