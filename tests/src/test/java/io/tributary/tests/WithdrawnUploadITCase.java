package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.tributary.kafka.records.FederationRecords;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Uploads with a sound manifest and sound chunks that come to nothing all the same, after their
 * chunks have been added: no version shows a trace of them.
 */
@TestInstance(Lifecycle.PER_CLASS)
class WithdrawnUploadITCase {

    private static final int CHUNK_PARTITIONS = 2;
    private static final ModelLayout LAYOUT = TestLayouts.elevenChunks();
    private static final int LAST = LAYOUT.chunkCount() - 1;

    /** One chunk is bad; the digest is; the rest never comes. */
    private static final List<String> SILOS =
            List.of("good-a", "good-b", "bent", "forged", "stuck");

    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        cluster = TestCluster.start(work, 1, 2, 2);
    }

    private enum Interruption {
        NONE,
        RESTORED,
        FROM_THE_LOG
    }

    @ParameterizedTest
    @EnumSource
    void theVersionHasTheBitsOfTheFederationWithoutThem(Interruption interruption)
            throws Exception {
        var expected = undisturbed().digest();
        try (var federation = federation();
                var log = new Sender(federation)) {
            federation.begin(LAYOUT);
            var plan = federation.awaitPlan(1);
            for (var silo : List.of("bent", "forged", "stuck")) {
                var upload = new DrawnUpload(silo);
                log.send(silo, upload.manifest(silo.equals("forged") ? "f".repeat(64) : null));
                for (int chunk = 0; chunk < LAST; chunk++) {
                    log.send(silo, upload.chunk(chunk));
                }
            }
            var global = federation.parameters(federation.awaitVersion(0));
            federation.silo("good-a").uploadDrawnUpdate(plan, global);
            federation.awaitConsumed(); // all of it is added by now, and in a checkpoint
            switch (interruption) {
                case NONE -> {}
                case RESTORED -> federation.startJob(federation.stopJob());
                case FROM_THE_LOG -> {
                    assertThat(federation.stopJob()).isNotEmpty();
                    federation.startJob();
                }
            }

            log.send("bent", new DrawnUpload("bent").withWrongChecksum(LAST));
            log.send("forged", new DrawnUpload("forged").chunk(LAST));
            assertThat(federation.awaitRejected(2))
                    .extracting(RejectedUpdate::silo, RejectedUpdate::reason)
                    .containsExactlyInAnyOrder(
                            tuple("bent", RejectionReason.CRC_MISMATCH),
                            tuple("forged", RejectionReason.DIGEST_MISMATCH));
            federation.silo("good-b").uploadDrawnUpdate(plan, global);
            federation.silo("bent").uploadDrawnUpdate(plan, global); // its second attempt

            var version = federation.awaitVersion(1);
            assertThat(version.cohort())
                    .extracting(member -> member.silo())
                    .containsExactly("bent", "good-a", "good-b");
            assertThat(version.digest()).isEqualTo(expected);
        }
    }

    /** The same round, in which the others send nothing. */
    private ModelVersion undisturbed() throws Exception {
        try (var federation = federation()) {
            var genesis = federation.begin(LAYOUT);
            return federation.train(1, genesis, List.of("good-a", "good-b", "bent"));
        }
    }

    /** Shows that rows are added before their upload is whole, too: nothing else would be read. */
    @Test
    void aJobThatCannotTakeARowOutAgainSaysWhatIsMissingAndHowToGoOn() throws Exception {
        try (var federation = federation();
                var log = new Sender(federation)) {
            federation.begin(LAYOUT);
            var plan = federation.awaitPlan(1);
            assertThat(plan.silos()).hasSize(SILOS.size());
            var upload = new DrawnUpload("bent");
            log.send("bent", upload.manifest(null));
            for (int chunk = 0; chunk < LAST; chunk++) {
                log.send("bent", upload.chunk(chunk));
            }
            federation.awaitConsumed();
            deleteRecords(federation, "bent");

            log.send("bent", upload.withWrongChecksum(LAST));

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () ->
                                    assertThat(federation.failure())
                                            .contains("silo bent's upload for round 1")
                                            .contains(federation.topics().updates("bent"))
                                            .contains("start the job without its state"));
        }
    }

    private TestFederation federation() {
        return TestFederation.create(cluster, SILOS)
                .with("round.rule", "fednova")
                .with("round.server-optimizer", "nesterov(lr=0.7, momentum=0.9)")
                .with("round.quorum", 3)
                .with("round.grace", "0 s")
                .with("federation.rounds", 1);
    }

    private static void deleteRecords(TestFederation federation, String silo) throws Exception {
        var topic = federation.topics().updates(silo);
        try (var admin = Admin.create(federation.connection().clientProperties())) {
            var before = new HashMap<TopicPartition, RecordsToDelete>();
            for (int partition = 1; partition <= CHUNK_PARTITIONS; partition++) {
                var at = new TopicPartition(topic, partition);
                var end = admin.listOffsets(Map.of(at, OffsetSpec.latest()));
                before.put(
                        at, RecordsToDelete.beforeOffset(end.partitionResult(at).get().offset()));
            }
            assertThat(admin.deleteRecords(before).all().get()).isNull();
        }
    }

    /** An upload of values drawn from the silo's name. */
    private record DrawnUpload(String silo) {

        private static final UpdateId ID = new UpdateId(1, 1, 5);

        UpdateChunk chunk(int index) {
            return chunk(index, 0);
        }

        UpdateChunk withWrongChecksum(int index) {
            return chunk(index, 1);
        }

        private UpdateChunk chunk(int index, int error) {
            var values = values(index);
            var payload = TensorCodec.encode(Codec.F32, FloatBuffer.wrap(values));
            return new UpdateChunk(
                    TestFederation.MODEL,
                    ID,
                    index,
                    Codec.F32,
                    values.length,
                    Crc32c.of(payload) + error,
                    squares(values),
                    payload);
        }

        private float[] values(int index) {
            var random = new SplittableRandom(31L * silo.hashCode() + index);
            var values = new float[LAYOUT.chunks().get(index).elements()];
            for (int j = 0; j < values.length; j++) {
                values[j] = (float) random.nextDouble(-3, 3);
            }
            return values;
        }

        private static double squares(float[] values) {
            double squares = 0;
            for (float value : values) {
                squares += (double) value * value;
            }
            return squares;
        }

        /**
         * @param digest null for the right one
         */
        UpdateManifest manifest(@Nullable String digest) {
            var crcs = new int[LAYOUT.chunkCount()];
            double squares = 0;
            for (int chunk = 0; chunk < crcs.length; chunk++) {
                crcs[chunk] = chunk(chunk).crc32c();
                squares += squares(values(chunk));
            }
            return new UpdateManifest(
                    TestFederation.MODEL,
                    ID,
                    0,
                    LAYOUT.digest(),
                    10,
                    1,
                    0.7,
                    1,
                    1,
                    Codec.F32,
                    List.of(new ChunkRange(0, crcs.length, 1)),
                    digest == null ? ChunkDigest.of(crcs) : digest,
                    Math.sqrt(squares));
        }
    }

    /** Writes records one by one, each to be read at once. */
    private static final class Sender implements AutoCloseable {

        private final FederationRecords records;
        private final KafkaProducer<byte[], byte[]> producer;

        Sender(TestFederation federation) {
            records = new FederationRecords(federation.topics());
            producer =
                    new KafkaProducer<>(
                            federation.connection().clientConfig(),
                            new ByteArraySerializer(),
                            new ByteArraySerializer());
        }

        void send(String silo, UpdateManifest manifest) throws Exception {
            send(records.update(silo, manifest));
        }

        void send(String silo, UpdateChunk chunk) throws Exception {
            send(records.update(silo, chunk, CHUNK_PARTITIONS));
        }

        private void send(ProducerRecord<byte[], byte[]> record) throws Exception {
            assertThat(producer.send(record).get().hasOffset()).isTrue();
        }

        @Override
        public void close() {
            producer.close();
        }
    }
}
