package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.Samples;
import io.tributary.kafka.Settled;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateWriterITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final FederationTopics TOPICS = new FederationTopics("demo");

    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static KafkaConnection connection;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
        connection = broker.connection();
        var catalogue = new TopicCatalogue(TOPICS, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(connection, TIMEOUT)) {
            var silos = List.of("whole", "aborted", "fenced", "nan", "present", "metered");
            assertThat(admin.create(catalogue.all(silos))).hasSize(6 + silos.size());
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void anUpdateIsReadWhole() {
        var global = Samples.model(1);
        var trained = Samples.model(2);
        UpdateManifest sent;
        try (var writer = open("whole")) {
            sent = writer.write(update(3, 1), global, trained);
        }

        settle("whole");
        var partitions = read("whole");
        assertThat(partitions.get(0)).isEmpty();
        var first = partitions.get(1);
        assertThat(first.get(0)).usingRecursiveComparison().isEqualTo(sent);
        assertThat(first.get(first.size() - 1))
                .isInstanceOfSatisfying(
                        UpdateEnd.class, end -> assertThat(end.partition()).isEqualTo(1));
        assertThat(chunks(first)).extracting(UpdateChunk::chunk).containsExactly(0, 2, 4);
        var second = partitions.get(2);
        assertThat(chunks(second)).extracting(UpdateChunk::chunk).containsExactly(1, 3);
        assertThat(second.get(second.size() - 1))
                .isInstanceOfSatisfying(
                        UpdateEnd.class,
                        end -> {
                            assertThat(end.chunks()).hasSize(1);
                            for (int c = 0; c < 5; c++) {
                                assertThat(end.chunks().get(0).contains(c)).isEqualTo(c % 2 == 1);
                            }
                        });

        var all = new TreeMap<Integer, UpdateChunk>();
        partitions.forEach(p -> chunks(p).forEach(chunk -> all.put(chunk.chunk(), chunk)));
        assertThat(ChunkDigest.of(all.values().stream().mapToInt(UpdateChunk::crc32c).toArray()))
                .isEqualTo(sent.chunksDigest());
        double squares = all.values().stream().mapToDouble(UpdateChunk::squaredNorm).sum();
        assertThat(sent.norm()).isEqualTo(Math.sqrt(squares));
        var before = Samples.values(global);
        var after = Samples.values(trained);
        var spans = Samples.LAYOUT.chunks();
        for (var chunk : all.values()) {
            var delta = new float[chunk.elements()];
            TensorCodec.decode(chunk.codec(), chunk.payload(), chunk.elements(), delta, 0);
            int at = (int) spans.get(chunk.chunk()).offset();
            for (int j = 0; j < delta.length; j++) {
                assertThat(delta[j]).isEqualTo(after[at + j] - before[at + j]);
            }
        }
        assertThat(own("whole").find("main", 3, 0)).get().isEqualTo(sent);
        assertThat(own("whole").find("main", 4, 0)).isEmpty();
        assertThat(own("whole").find("other", 3, 0)).isEmpty();
    }

    @Test
    void anUploadThatStopsHalfWayIsNeverSeen() {
        var records = new FederationRecords(TOPICS);
        var delta = new DeltaEncoder(Samples.model(1), Samples.model(2), Codec.F32);
        var chunk = delta.encode("main", new UpdateId(5, 1, 1), 0);
        // A silo that dies without a word: its transaction stays open.
        try (var dying = Producers.transactional(connection, "demo.aborted.updates", TIMEOUT)) {
            dying.beginTransaction();
            assertThat(Producers.await(dying.send(records.update("aborted", chunk, 2))).offset())
                    .isZero();
            try (var writer = open("aborted")) {
                assertThat(own("aborted").find("main", 5, 0)).isEmpty();
                assertThat(writer.write(update(5, 2), Samples.model(1), Samples.model(2)))
                        .isNotNull();
            }
        }
        settle("aborted");
        var seen = read("aborted").get(1);
        assertThat(seen.get(0)).isInstanceOf(UpdateManifest.class);
        assertThat(chunks(seen)).allSatisfy(c -> assertThat(c.id().attempt()).isEqualTo(2));
    }

    @Test
    void anOlderProcessOfTheSameSiloIsShutOut() {
        try (var older = open("fenced");
                var newer = open("fenced")) {
            assertThatThrownBy(() -> older.write(update(1, 1), Samples.model(1), Samples.model(2)))
                    .isInstanceOf(KafkaException.class);
            assertThat(newer.write(update(1, 2), Samples.model(1), Samples.model(2))).isNotNull();
        }
        settle("fenced");
        assertThat(read("fenced").get(1)).filteredOn(UpdateManifest.class::isInstance).hasSize(1);
    }

    @Test
    void aDeltaWithoutASenseIsRefusedBeforeAnythingIsSent() {
        try (var writer = open("nan")) {
            var global = Samples.model(1);
            var diverged = Samples.with(global, 4, 0, Float.POSITIVE_INFINITY);
            assertThatThrownBy(() -> writer.write(update(1, 1), global, diverged))
                    .isInstanceOf(UnsendableDeltaException.class);
            assertThat(read("nan")).allSatisfy(partition -> assertThat(partition).isEmpty());
            assertThat(writer.write(update(1, 2), global, Samples.model(2))).isNotNull();
        }
    }

    @Test
    void presenceIsSeenWhileAnUploadIsUnderWay() {
        var presence =
                new SiloPresence(
                        SiloPresence.Kind.JOIN,
                        1,
                        100,
                        10,
                        SiloPresence.Phase.IDLE,
                        "",
                        0,
                        0,
                        0,
                        0);
        var evaluation = new SiloEvaluation("main", 1, 12, 6, 24);
        var records = new FederationRecords(TOPICS);
        try (var uploading = Producers.transactional(connection, "demo.present.updates", TIMEOUT);
                var writer = PresenceWriter.open(connection, TOPICS, "present")) {
            uploading.beginTransaction();
            var manifest = manifestOf(update(1, 1));
            assertThat(Producers.await(uploading.send(records.update("present", manifest))))
                    .isNotNull();
            writer.write(presence);
            writer.write(evaluation);
            assertThat(read("present").get(0)).containsExactly(presence, evaluation);
            assertThat(read("present").get(1)).isEmpty();
            uploading.abortTransaction();
        }
    }

    @Test
    void bytesAreCountedOnceAndByRound() {
        var topic = TOPICS.updates("metered");
        try (var writer = open("metered");
                var meter = TopicMeter.open(connection, "meter")) {
            var global = Samples.model(1);
            assertThat(writer.write(update(1, 1), global, Samples.model(2))).isNotNull();
            settle("metered");
            meter.advance(List.of(topic), TIMEOUT);
            long first = meter.bytes(topic, 1);
            assertThat(first).isGreaterThan(4 * Samples.LAYOUT.elements());
            meter.advance(List.of(topic), TIMEOUT);
            assertThat(meter.bytes(topic, 1)).isEqualTo(first);

            assertThat(writer.write(update(2, 1), global, Samples.model(3))).isNotNull();
            settle("metered");
            meter.advance(List.of(topic), TIMEOUT);
            assertThat(meter.bytes(topic, 1)).isEqualTo(first);
            assertThat(meter.bytes(topic, 2)).isPositive();
            assertThat(meter.bytes(topic)).isEqualTo(first + meter.bytes(topic, 2));
            assertThat(meter.bytes(topic, 3)).isZero();
        }
    }

    private static void settle(String silo) {
        Settled.await(connection, TOPICS.updates(silo));
    }

    private static UpdateWriter open(String silo) {
        return UpdateWriter.open(connection, TOPICS, silo, TIMEOUT);
    }

    private static OwnUpdates own(String silo) {
        return new OwnUpdates(connection, TOPICS, silo, TIMEOUT);
    }

    private static LocalUpdate update(int round, int attempt) {
        return new LocalUpdate(
                "main",
                new UpdateId(round, attempt, 1234),
                round - 1,
                Codec.F32,
                640,
                10,
                10,
                0.5,
                2.25);
    }

    private static UpdateManifest manifestOf(LocalUpdate update) {
        return new UpdateManifest(
                update.model(),
                update.id(),
                update.baseVersion(),
                ParameterBuffer.allocate(Samples.LAYOUT).layout().digest(),
                update.tokens(),
                update.localSteps(),
                update.normalizer(),
                update.sumLearningRates(),
                update.trainLoss(),
                update.codec(),
                List.of(),
                ChunkDigest.of(new int[0]),
                0);
    }

    private static List<UpdateChunk> chunks(List<Record> records) {
        return records.stream()
                .filter(UpdateChunk.class::isInstance)
                .map(UpdateChunk.class::cast)
                .toList();
    }

    /** All committed records of a silo's topic, by partition. */
    private static List<List<Record>> read(String silo) {
        try (var reader = LogReader.scanning(connection, "test")) {
            var partitions = reader.partitions(TOPICS.updates(silo));
            var records = new ArrayList<List<Record>>();
            partitions.forEach(partition -> records.add(new ArrayList<>()));
            reader.startAt(reader.beginningOffsets(partitions));
            reader.readUntil(
                    reader.endOffsets(partitions),
                    Deadline.in(TIMEOUT),
                    record -> records.get(record.partition()).add(decode(record)));
            return records;
        }
    }

    private static Record decode(ConsumerRecord<byte[], ByteBuffer> record) {
        try {
            return Wire.decode(record.value());
        } catch (MalformedRecordException e) {
            throw new AssertionError(e);
        }
    }
}
