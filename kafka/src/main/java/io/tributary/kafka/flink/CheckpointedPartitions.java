package io.tributary.kafka.flink;

import io.tributary.kafka.cluster.TopicFacts;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumStateSerializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.source.coordinator.SourceCoordinatorSerdeUtils;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that the Kafka sources of a checkpoint or savepoint go on reading.
 *
 * <p>A source never lets go of a partition. Restored without its topic, it asks for positions that
 * nobody can tell, reads nothing, and fails after a minute, again and again.
 *
 * <p>Which ones is in the state of the split enumerators, in the metadata file itself: {@code
 * SourceCoordinator} frames it with the version of the frame, the version of the connector's
 * serializer, and a length. Where they go on is in the state of the readers: a list of splits named
 * {@code SourceReaderState}.
 *
 * @param bySource the partitions by the uid of the source's operator, such as {@code read-updates},
 *     or its id where the checkpoint has no uids
 * @param positions the next offset to read; not of partitions that no reader had yet, nor of a
 *     checkpoint whose state is compressed
 */
public record CheckpointedPartitions(
        Map<String, Set<TopicPartition>> bySource, Map<TopicPartition, Long> positions) {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointedPartitions.class);
    private static final String METADATA = "_metadata";
    private static final String READER_STATE = "SourceReaderState";

    /** A split is a topic's name and three numbers. What claims to be more is something else. */
    private static final int MAX_SPLIT_BYTES = 1024;

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
            var positions = new HashMap<TopicPartition, Long>();
            for (var operator : metadata.getOperatorStates()) {
                if (operator.getCoordinatorState() != null) {
                    bySource.put(name(operator), partitions(operator));
                    positions.putAll(positions(operator));
                }
            }
            return new CheckpointedPartitions(bySource, positions);
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

    /** None if the readers' state is not what is expected: they only make an error tell more. */
    private static Map<TopicPartition, Long> positions(OperatorState operator) {
        var positions = new HashMap<TopicPartition, Long>();
        try {
            for (var subtask : operator.getStates()) {
                for (var state : subtask.getManagedOperatorState()) {
                    readPositions(state, positions);
                }
            }
            return positions;
        } catch (IOException e) {
            LOG.info("the positions of source {} cannot be read", name(operator), e);
            return Map.of();
        }
    }

    private static void readPositions(
            OperatorStateHandle state, Map<TopicPartition, Long> positions) throws IOException {
        var splits = state.getStateNameToPartitionOffsets().get(READER_STATE);
        if (splits == null) {
            return;
        }
        try (var in = state.openInputStream()) {
            for (long at : splits.getOffsets()) {
                in.seek(at);
                var data = new DataInputStream(in);
                int length = data.readInt();
                if (length < 0 || length > MAX_SPLIT_BYTES) {
                    throw new IOException("a split of %s bytes".formatted(length));
                }
                var split =
                        SimpleVersionedSerialization.readVersionAndDeSerialize(
                                new KafkaPartitionSplitSerializer(), data.readNBytes(length));
                if (split.getStartingOffset() >= 0) {
                    positions.put(split.getTopicPartition(), split.getStartingOffset());
                }
            }
        }
    }

    /** The partitions that exist and can be asked for now, of topics as they are. */
    public Set<TopicPartition> partitionsOf(Map<String, TopicFacts> found) {
        return bySource.values().stream()
                .flatMap(Set::stream)
                .filter(
                        partition -> {
                            var topic = found.get(partition.topic());
                            return topic != null
                                    && partition.partition() < topic.partitions()
                                    && !topic.leaderless().contains(partition.partition());
                        })
                .collect(Collectors.toSet());
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
