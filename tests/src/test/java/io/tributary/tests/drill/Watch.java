package io.tributary.tests.drill;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.LogReader;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Follows, as an outsider, how far a federation has come: which moment its newest round has
 * reached, and which version can be read whole.
 *
 * <p>Not thread-safe.
 */
final class Watch implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final LogReader reader;
    private final ModelReplica replica;
    private final FederationTopics topics;
    private final Map<Integer, RoundPlan> plans = new TreeMap<>();
    private final Map<Integer, Map<String, UpdateManifest>> updates = new HashMap<>();
    private final TreeSet<Integer> closed = new TreeSet<>();
    private final TreeMap<Integer, ModelVersion> manifests = new TreeMap<>();
    private int readable = -1;

    Watch(KafkaConnection connection, FederationTopics topics, List<String> silos) {
        this.topics = topics;
        reader = LogReader.tailing(connection, topics.federation() + "-drill");
        var partitions = new ArrayList<TopicPartition>();
        partitions.addAll(reader.partitions(topics.rounds()));
        partitions.addAll(reader.partitions(topics.versions()));
        for (var silo : silos) {
            partitions.add(
                    new TopicPartition(topics.updates(silo), FederationTopics.MANIFEST_PARTITION));
        }
        reader.startAt(reader.beginningOffsets(partitions));
        replica = ModelReplica.open(connection, topics, DrillModel.NAME);
    }

    /** Looks what is new. */
    void poll() {
        for (var record : reader.poll(POLL)) {
            accept(record);
        }
        while (manifests.containsKey(readable + 1) && isWhole(manifests.get(readable + 1))) {
            readable++;
        }
    }

    private void accept(ConsumerRecord<byte[], ByteBuffer> source) {
        try {
            var record = Wire.decode(source.value());
            if (record instanceof RoundPlan plan) {
                plans.put(plan.round(), plan);
            } else if (record instanceof RoundOutcome outcome
                    && outcome.status() == RoundStatus.CLOSED) {
                closed.add(outcome.round());
            } else if (record instanceof ModelVersion version) {
                manifests.put(version.version(), version);
            } else if (record instanceof UpdateManifest manifest) {
                var silo = topics.siloOf(source.topic()).orElseThrow();
                updates.computeIfAbsent(manifest.id().round(), r -> new LinkedHashMap<>())
                        .putIfAbsent(silo, manifest);
            }
        } catch (MalformedRecordException e) {
            // the checker will say so
        }
    }

    private boolean isWhole(ModelVersion version) {
        try {
            return replica.download(version, LOOK).chunks() >= 0;
        } catch (IncompleteVersionException | KafkaException e) {
            return false;
        }
    }

    /** The newest version up to which all can be read; -1 for none. */
    int readable() {
        return readable;
    }

    boolean has(Moment moment, int round) {
        return switch (moment) {
            case PLANNED -> plans.containsKey(round);
            case FIRST_UPDATE -> uploaders(round).size() >= 1;
            case SECOND_UPDATE -> uploaders(round).size() >= 2;
            case CLOSED -> closed.contains(round) || readable >= round;
        };
    }

    /** The plan of a round; null if there is none yet. */
    @Nullable RoundPlan plan(int round) {
        return plans.get(round);
    }

    /** Who has uploaded for a round, in the order of reading. */
    List<String> uploaders(int round) {
        return List.copyOf(updates.getOrDefault(round, Map.of()).keySet());
    }

    /** Manifest of a version that was seen. */
    ModelVersion manifest(int version) {
        return manifests.get(version);
    }

    @Override
    public void close() {
        reader.close();
        replica.close();
    }
}
