package io.tributary.tests.bench.pipeline;

import io.tributary.kafka.KafkaConnection;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import io.tributary.tests.process.StalledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Sees, as a reader of committed records, what the job decides and when a version can be read, at
 * little cost: it reads the small topics, and of the chunks only where they end, until a version
 * has been measured.
 *
 * <p>Not thread-safe.
 */
final class VersionWatch implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final KafkaConsumer<byte[], byte[]> small;
    private final KafkaConsumer<byte[], byte[]> committed;
    private final KafkaConsumer<byte[], byte[]> written;
    private final List<TopicPartition> models;
    private final Supplier<String> trouble;
    private final List<String> rejections = new ArrayList<>();
    private int planned;
    private int newest = -1;
    private @Nullable ModelVersion manifest;
    private long manifestMillis;

    /**
     * A version that can be read.
     *
     * @param manifest its manifest
     * @param firstMillis when its first chunk was appended to the log, epoch milliseconds
     * @param lastMillis when its last chunk and its manifest had been appended
     * @param bytes values of its records
     */
    record Seen(ModelVersion manifest, long firstMillis, long lastMillis, long bytes) {}

    /**
     * @param trouble why waiting is of no use any more; empty while it is
     */
    VersionWatch(KafkaConnection connection, Supplier<String> trouble) {
        this.trouble = trouble;
        var topics = PipelineCase.TOPICS;
        small = consumer(connection, "read_committed");
        committed = consumer(connection, "read_committed");
        written = consumer(connection, "read_uncommitted");
        small.assign(
                List.of(
                        new TopicPartition(topics.versions(), 0),
                        new TopicPartition(topics.rounds(), 0),
                        new TopicPartition(topics.rejected(), 0)));
        small.seekToBeginning(small.assignment());
        models = partitions(committed.partitionsFor(topics.models()));
    }

    private static List<TopicPartition> partitions(List<PartitionInfo> found) {
        return found.stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
    }

    private static KafkaConsumer<byte[], byte[]> consumer(
            KafkaConnection connection, String isolation) {
        var config = new Properties();
        config.putAll(connection.clientConfig());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Waits for the plan of a round. */
    void awaitPlan(int round) throws StalledException {
        await("the plan of round " + round, () -> planned >= round);
    }

    /** The manifest that was seen last. */
    ModelVersion newest() {
        if (manifest == null) {
            throw new IllegalStateException("there is no version yet");
        }
        return manifest;
    }

    /** Where the chunks of versions end now. */
    Map<TopicPartition, Long> modelEnds() {
        return committed.endOffsets(models);
    }

    /**
     * Waits until a version can be read: its manifest is there, and no chunk waits for its
     * transaction any more.
     *
     * @return when that was, epoch milliseconds
     */
    long awaitVersion(int version) throws StalledException {
        await("version " + version, () -> newest >= version);
        await(
                "the chunks of version " + version,
                () -> committed.endOffsets(models).equals(written.endOffsets(models)));
        return System.currentTimeMillis();
    }

    private interface Condition {
        boolean holds();
    }

    private void await(String what, Condition condition) throws StalledException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            poll();
            if (condition.holds()) {
                return;
            }
            var reason = trouble.get();
            if (!reason.isEmpty() || !rejections.isEmpty()) {
                throw new StalledException(
                        "%s will not come: %s%s"
                                .formatted(
                                        what, reason, rejections.stream().findFirst().orElse("")),
                        null);
            }
            if (System.nanoTime() > end) {
                throw new StalledException(
                        "%s did not come within %s s".formatted(what, PATIENCE.toSeconds()), null);
            }
        }
    }

    private void poll() {
        for (var source : small.poll(POLL)) {
            var record = decode(source);
            if (record instanceof RoundPlan plan) {
                planned = Math.max(planned, plan.round());
            } else if (record instanceof ModelVersion version) {
                newest = Math.max(newest, version.version());
                manifest = version;
                manifestMillis = source.timestamp();
            } else if (record instanceof RejectedUpdate rejected) {
                rejections.add(
                        "update of %s was rejected: %s %s"
                                .formatted(rejected.silo(), rejected.reason(), rejected.detail()));
            }
        }
    }

    private static Record decode(ConsumerRecord<byte[], byte[]> source) {
        try {
            return Wire.decode(source.value());
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("the job has written what nobody can read", e);
        }
    }

    /**
     * Reads the newest version, checks that it is whole and when it was written.
     *
     * @param from where its chunks begin at the earliest
     * @throws IllegalStateException if chunks are missing
     */
    Seen read(Map<TopicPartition, Long> from) {
        var version = newest();
        var ends = modelEnds();
        committed.assign(models);
        from.forEach(committed::seek);
        var found = new BitSet();
        long first = Long.MAX_VALUE;
        long last = manifestMillis;
        long bytes = 0;
        while (models.stream().anyMatch(p -> committed.position(p) < ends.get(p))) {
            for (var source : committed.poll(POLL)) {
                if (decode(source) instanceof ModelChunk chunk
                        && chunk.version() == version.version()) {
                    first = Math.min(first, source.timestamp());
                    last = Math.max(last, source.timestamp());
                    bytes += source.value().length;
                    if (chunk.part() == 0 && chunk.crc32c() == version.chunkCrcs()[chunk.chunk()]) {
                        found.set(chunk.chunk());
                    }
                }
            }
        }
        committed.unsubscribe();
        int chunks = version.layout().chunkCount();
        if (found.cardinality() < chunks) {
            throw new IllegalStateException(
                    "version %s has %s of its %s chunks"
                            .formatted(version.version(), found.cardinality(), chunks));
        }
        return new Seen(version, first, last, bytes);
    }

    @Override
    public void close() {
        small.close();
        committed.close();
        written.close();
    }
}
