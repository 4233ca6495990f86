package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.Wire;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything a broken or hostile silo can put on its topic ends on the rejected topic with its
 * reason, while the honest silos' round goes on beside it.
 */
@TestInstance(Lifecycle.PER_CLASS)
class BadInputITCase {

    private static final int D = 22;
    private static final int CHUNK_PARTITIONS = 2;
    private static final UpdateId ROUND_1 = new UpdateId(1, 1, 5);

    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        cluster = TestCluster.start(work, 1, 2, 2);
    }

    @Test
    void everyKindOfBadInputIsRejectedWithItsReasonAndTheJobRunsOn() throws Exception {
        String[] hostile = {
            "bytes",
            "truncated",
            "length",
            "layout",
            "digest",
            "crc",
            "nan",
            "short",
            "range",
            "normalizer",
            "silent",
            "orphan",
            "stale",
            "unplanned"
        };
        var silos = new ArrayList<>(List.of("honest-a", "honest-b"));
        silos.addAll(List.of(hostile));
        try (var federation =
                        TestFederation.create(cluster, silos)
                                .with("round.min-silos", silos.size() - 1)
                                .with("round.quorum", 2)
                                .with("round.grace", "8 s")
                                .with("round.upload-timeout", "5 s")
                                .with("federation.rounds", 2);
                var log = new Sender(federation)) {
            var layout = TestLayouts.vector(D);
            federation.genesis(layout);
            federation.startJob();
            silos.stream()
                    .filter(silo -> !silo.equals("unplanned"))
                    .forEach(silo -> federation.silo(silo).join());
            var plan = federation.awaitPlan(1);
            var update = new Update(layout, plan);

            var random = new byte[500];
            new Random(1).nextBytes(random);
            log.raw("bytes", 1, random);
            var chunk = Wire.encode(update.chunk(0));
            log.raw("truncated", 1, Arrays.copyOf(chunk, chunk.length / 2));
            log.raw("length", 1, withHugeLength(chunk));

            log.send("layout", update.manifest(m -> m.layoutDigest = "0".repeat(64)));
            log.send("digest", update.manifest(m -> m.chunksDigest = "f".repeat(64)));
            update.chunks().forEach(c -> log.send("digest", c));
            log.send("crc", update.manifest(m -> {}));
            log.send("crc", update.chunk(0, Crc32c.of(update.payload(0)) + 1, update.payload(0)));
            var nan = update.payload(1).clone();
            nan[2] = (byte) 0xc0;
            nan[3] = 0x7f;
            log.send("nan", update.manifest(m -> {}));
            log.send("nan", update.chunk(1, Crc32c.of(nan), nan));
            log.send("short", update.manifest(m -> {}));
            log.send("short", update.chunkOf(0, 3));
            log.send("range", update.manifest(m -> {}));
            log.send("range", update.chunkOf(99, 4));
            log.send("normalizer", update.manifest(m -> m.normalizer = 0));
            log.send("silent", update.manifest(m -> {}));
            update.chunks().forEach(c -> log.send("orphan", c));
            log.send("stale", update.manifest(m -> m.baseVersion = 7));
            update.chunks().forEach(c -> log.send("stale", c));
            log.send("unplanned", update.manifest(m -> {}));
            update.chunks().forEach(c -> log.send("unplanned", c));

            var global = ParameterBuffer.allocate(layout);
            federation.silo("honest-a").uploadDrawnUpdate(plan, global);
            federation.silo("honest-b").uploadDrawnUpdate(plan, global);
            // The same upload once more, and a second attempt beside the accepted one.
            federation.silo("honest-a").uploadDrawnUpdate(plan, global);
            var again = ParameterBuffer.allocate(layout);
            again.chunk(0).put(0, 1);
            federation.silo("honest-b").upload(plan, global, again, 1, 2);

            var version = federation.awaitVersion(1);
            assertThat(version.cohort())
                    .extracting(m -> m.silo())
                    .containsExactly("honest-a", "honest-b");

            // An update for the round that has just closed.
            update.chunks().forEach(c -> log.send("layout", withId(c, new UpdateId(1, 2, 6))));
            log.send("layout", update.manifest(m -> m.id = new UpdateId(1, 2, 6)));

            var expected = new TreeMap<String, List<RejectionReason>>();
            expected.put("bytes", List.of(RejectionReason.MALFORMED));
            expected.put("truncated", List.of(RejectionReason.MALFORMED));
            expected.put("length", List.of(RejectionReason.MALFORMED));
            expected.put("layout", List.of(RejectionReason.LATE, RejectionReason.LAYOUT_MISMATCH));
            expected.put("digest", List.of(RejectionReason.DIGEST_MISMATCH));
            expected.put("crc", List.of(RejectionReason.CRC_MISMATCH));
            expected.put("nan", List.of(RejectionReason.NOT_FINITE));
            expected.put("short", List.of(RejectionReason.LENGTH_MISMATCH));
            expected.put("range", List.of(RejectionReason.CHUNK_OUT_OF_RANGE));
            expected.put("normalizer", List.of(RejectionReason.INVALID_MANIFEST));
            expected.put("silent", List.of(RejectionReason.INCOMPLETE));
            expected.put("orphan", List.of(RejectionReason.NO_MANIFEST));
            expected.put("stale", List.of(RejectionReason.WRONG_BASE_VERSION));
            expected.put("unplanned", List.of(RejectionReason.NOT_IN_PLAN));
            expected.put("honest-a", List.of(RejectionReason.DUPLICATE));
            expected.put("honest-b", List.of(RejectionReason.DUPLICATE));
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(reasons(federation.rejected())).isEqualTo(expected));
            assertThat(federation.rejected()).allMatch(r -> !r.detail().isBlank());
            assertThat(verdicts(federation))
                    .containsEntry("honest-a", UpdateVerdict.Status.ACCEPTED)
                    .containsEntry("crc", UpdateVerdict.Status.REJECTED)
                    .containsEntry("bytes", UpdateVerdict.Status.MISSING);

            // The job runs on: the next round is made as if nothing had been.
            var next = federation.awaitPlan(2);
            var base = federation.parameters(version);
            federation.silo("honest-a").uploadDrawnUpdate(next, base);
            federation.silo("honest-b").uploadDrawnUpdate(next, base);
            assertThat(federation.awaitVersion(2).cohort()).hasSize(2);
        }
    }

    private static Map<String, List<RejectionReason>> reasons(List<RejectedUpdate> rejected) {
        return rejected.stream()
                .sorted(Comparator.comparing(r -> r.reason().name()))
                .collect(
                        Collectors.groupingBy(
                                RejectedUpdate::silo,
                                TreeMap::new,
                                Collectors.mapping(RejectedUpdate::reason, Collectors.toList())));
    }

    private static Map<String, UpdateVerdict.Status> verdicts(TestFederation federation) {
        try (var follower = FederationFollower.all(federation.connection(), federation.topics())) {
            follower.catchUp(Duration.ofSeconds(30));
            return follower.newestOutcome(TestFederation.MODEL).orElseThrow().verdicts().stream()
                    .collect(Collectors.toMap(UpdateVerdict::silo, UpdateVerdict::status));
        }
    }

    /** The model's name is the first field of a chunk: its length becomes 2 GiB. */
    private static byte[] withHugeLength(byte[] encoded) {
        var hostile = encoded.clone();
        byte[] twoGiB = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
        System.arraycopy(twoGiB, 0, hostile, 10, twoGiB.length);
        return hostile;
    }

    private static UpdateChunk withId(UpdateChunk c, UpdateId id) {
        return new UpdateChunk(
                c.model(),
                id,
                c.chunk(),
                c.codec(),
                c.elements(),
                c.crc32c(),
                c.squaredNorm(),
                c.payload());
    }

    /** A good update of ones, to be spoilt in one place. */
    private record Update(ModelLayout layout, RoundPlan plan) {

        static final class Fields {
            UpdateId id = ROUND_1;
            int baseVersion;
            String layoutDigest;
            String chunksDigest;
            double normalizer = 1;
        }

        UpdateManifest manifest(Consumer<Fields> spoil) {
            var crcs = chunks().stream().mapToInt(UpdateChunk::crc32c).toArray();
            var fields = new Fields();
            fields.layoutDigest = layout.digest();
            fields.chunksDigest = ChunkDigest.of(crcs);
            spoil.accept(fields);
            return new UpdateManifest(
                    plan.model(),
                    fields.id,
                    fields.baseVersion,
                    fields.layoutDigest,
                    10,
                    1,
                    fields.normalizer,
                    1,
                    1,
                    Codec.F32,
                    List.of(new ChunkRange(0, crcs.length, 1)),
                    fields.chunksDigest,
                    Math.sqrt(D));
        }

        List<UpdateChunk> chunks() {
            return layout.chunks().stream().map(span -> chunk(span.chunk())).toList();
        }

        UpdateChunk chunk(int index) {
            return chunk(index, Crc32c.of(payload(index)), payload(index));
        }

        byte[] payload(int index) {
            return ones(layout.chunks().get(index).elements());
        }

        UpdateChunk chunk(int index, int crc, byte[] payload) {
            int elements = payload.length / Float.BYTES;
            return new UpdateChunk(
                    plan.model(), ROUND_1, index, Codec.F32, elements, crc, elements, payload);
        }

        UpdateChunk chunkOf(int index, int elements) {
            var payload = ones(elements);
            return chunk(index, Crc32c.of(payload), payload);
        }

        private static byte[] ones(int elements) {
            var values = new float[elements];
            Arrays.fill(values, 1);
            return TensorCodec.encode(Codec.F32, FloatBuffer.wrap(values));
        }
    }

    /** Writes whatever it is told, without a transaction. */
    private static final class Sender implements AutoCloseable {

        private final TestFederation federation;
        private final FederationRecords records;
        private final KafkaProducer<byte[], byte[]> producer;

        Sender(TestFederation federation) {
            this.federation = federation;
            this.records = new FederationRecords(federation.topics());
            var config = federation.connection().clientConfig();
            config.put(ProducerConfig.ACKS_CONFIG, "all");
            producer =
                    new KafkaProducer<>(
                            config, new ByteArraySerializer(), new ByteArraySerializer());
        }

        void raw(String silo, int partition, byte[] value) {
            send(new ProducerRecord<>(federation.topics().updates(silo), partition, null, value));
        }

        void send(String silo, UpdateManifest manifest) {
            send(records.update(silo, manifest));
        }

        void send(String silo, UpdateChunk chunk) {
            send(records.update(silo, chunk, CHUNK_PARTITIONS));
        }

        private void send(ProducerRecord<byte[], byte[]> record) {
            try {
                assertThat(producer.send(record).get().hasOffset()).isTrue();
            } catch (Exception e) {
                throw new AssertionError("cannot send", e);
            }
        }

        @Override
        public void close() {
            producer.close();
        }
    }
}
