package io.tributary.tests.drill;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.LogReader;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import io.tributary.tests.process.Patience;
import io.tributary.tests.process.StalledException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads what is committed on a federation's topics, from their beginning. */
final class FederationLogReader {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final FederationTopics topics;
    private final List<ModelVersion> manifests = new ArrayList<>();
    private final List<FederationLog.StoredChunk> chunks = new ArrayList<>();
    private final List<RoundPlan> plans = new ArrayList<>();
    private final List<RejectedUpdate> rejected = new ArrayList<>();
    private final List<FederationLog.Upload> uploads = new ArrayList<>();
    private final List<FederationLog.Row> rows = new ArrayList<>();
    private final List<FederationLog.Malformed> malformed = new ArrayList<>();

    FederationLogReader(FederationTopics topics) {
        this.topics = topics;
    }

    /**
     * Reads to the end of what is committed now. That is before the first open transaction; see
     * {@link LeftOpen}.
     *
     * @throws StalledException if that cannot be read in time
     */
    static FederationLog read(
            KafkaConnection connection,
            FederationTopics topics,
            List<String> silos,
            Duration longest)
            throws StalledException {
        var log = new FederationLogReader(topics);
        try (var reader = LogReader.scanning(connection, topics.federation() + "-checker")) {
            var partitions = new ArrayList<TopicPartition>();
            for (var topic :
                    List.of(
                            topics.rounds(),
                            topics.versions(),
                            topics.models(),
                            topics.genesis(),
                            topics.rejected())) {
                partitions.addAll(reader.partitions(topic));
            }
            for (var silo : silos) {
                reader.partitions(topics.updates(silo)).stream()
                        .filter(p -> p.partition() != FederationTopics.PRESENCE_PARTITION)
                        .forEach(partitions::add);
            }
            var ends = reader.endOffsets(partitions);
            reader.startAt(reader.beginningOffsets(partitions));
            Patience.require(
                    "reading the log to its end",
                    longest,
                    () -> {
                        while (!reader.hasReached(ends)) {
                            var records = reader.poll(POLL);
                            if (records.isEmpty()) {
                                return false;
                            }
                            for (var record : records) {
                                log.accept(record);
                            }
                        }
                        return true;
                    });
        }
        return log.log();
    }

    /** What was accepted so far. */
    FederationLog log() {
        return new FederationLog(manifests, chunks, plans, rejected, uploads, rows, malformed);
    }

    /** Takes a record in; what cannot be decoded is no reason to miss what is behind it. */
    void accept(ConsumerRecord<byte[], ByteBuffer> source) {
        try {
            accept(source, Wire.decode(Objects.requireNonNullElse(source.value(), NOTHING)));
        } catch (MalformedRecordException e) {
            malformed.add(
                    new FederationLog.Malformed(
                            source.topic(),
                            source.partition(),
                            source.offset(),
                            String.valueOf(e.getMessage())));
        }
    }

    private void accept(ConsumerRecord<byte[], ByteBuffer> source, Record record) {
        if (record instanceof ModelVersion version) {
            manifests.add(version);
        } else if (record instanceof RoundPlan plan) {
            plans.add(plan);
        } else if (record instanceof RejectedUpdate refusal) {
            rejected.add(refusal);
        } else if (record instanceof ModelChunk chunk) {
            chunks.add(
                    new FederationLog.StoredChunk(
                            chunk.version(),
                            chunk.chunk(),
                            chunk.part(),
                            chunk.codec(),
                            chunk.payload().length,
                            Crc32c.of(chunk.payload())));
        } else if (record instanceof UpdateManifest manifest) {
            uploads.add(
                    new FederationLog.Upload(
                            silo(source), source.partition(), source.offset(), manifest));
        } else if (record instanceof UpdateChunk chunk) {
            rows.add(
                    new FederationLog.Row(
                            silo(source), chunk.id(), chunk.chunk(), Crc32c.of(chunk.payload())));
        }
    }

    private String silo(ConsumerRecord<byte[], ByteBuffer> source) {
        return topics.siloOf(source.topic()).orElseThrow();
    }
}
