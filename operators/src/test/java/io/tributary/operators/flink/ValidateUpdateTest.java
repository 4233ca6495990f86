package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.update.ChunkReceipt;
import io.tributary.operators.update.UpdateEvent;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.SchemaIds;
import io.tributary.schemas.wire.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.SchemaNormalization;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ValidateUpdateTest {

    private static final Upload UPLOAD = Upload.of("silo-a", 1);

    private static final int CHUNK_ID = 17;
    private static final int DOWN = 500;

    /** A registry that has numbered the schema of chunks, and that is down for one number. */
    private static final SchemaIds REGISTRY =
            (id, origin) -> {
                if (id == DOWN) {
                    throw new IllegalStateException("the registry is down");
                }
                if (id != CHUNK_ID) {
                    throw new MalformedRecordException(origin + " has used schema id " + id);
                }
                return SchemaNormalization.parsingFingerprint64(Wire.schema(UpdateChunk.class));
            };

    private OneInputStreamOperatorTestHarness<SiloRecord, ChunkRow> harness;

    @BeforeEach
    void open() throws Exception {
        harness =
                ProcessFunctionTestHarnesses.forProcessFunction(
                        new ValidateUpdate(
                                SmallFederation.MODEL, SmallFederation.LAYOUT, true, REGISTRY));
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void aChunkInTheFrameOfARegistryIsTheSameChunk() throws Exception {
        var chunk = UPLOAD.chunk(1);

        send(Wire.encode(chunk, CHUNK_ID));

        assertThat(harness.extractOutputValues())
                .singleElement()
                .satisfies(
                        row -> assertThat(row.chunk()).usingRecursiveComparison().isEqualTo(chunk));
        assertThat(rejected()).isEmpty();
    }

    @Test
    void aNumberThatTheRegistryDoesNotKnowIsTheSilosFault() throws Exception {
        send(Wire.encode(UPLOAD.chunk(1), 99));

        assertThat(harness.extractOutputValues()).isEmpty();
        assertThat(only(rejected()))
                .satisfies(
                        r -> {
                            assertThat(r.reason()).isEqualTo(RejectionReason.MALFORMED);
                            assertThat(r.detail()).isEqualTo("silo-a has used schema id 99");
                        });
    }

    @Test
    void aRegistryThatIsDownIsNot() {
        assertThatThrownBy(() -> send(Wire.encode(UPLOAD.chunk(1), DOWN)))
                .hasMessage("the registry is down");

        assertThat(rejected()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void aGoodChunkPassesUnchangedAndLeavesAReceipt(Codec codec) throws Exception {
        var chunk = UPLOAD.withChunk(1, 0.5f, -2).withCodec(codec).chunk(1);

        send(chunk);

        assertThat(harness.extractOutputValues())
                .singleElement()
                .usingRecursiveComparison()
                .isEqualTo(new ChunkRow(Rounds.key(1), "silo-a", chunk, 2, 40, 2));
        var event = only(events());
        assertThat(event.receipt())
                .isEqualTo(new ChunkReceipt(1, chunk.crc32c(), 4.25, 2, null, ""));
        assertThat(event.silo()).isEqualTo("silo-a");
        assertThat(event.id()).isEqualTo(chunk.id());
        assertThat(List.of(event.partition(), event.offset(), event.appendMillis()))
                .isEqualTo(List.of(2, 40L, 9_000L));
        assertThat(rejected()).isEmpty();
    }

    @Test
    void manifestAndEndMarkBecomeFactsForTheTracker() throws Exception {
        send(UPLOAD.manifest());
        send(UPLOAD.end(2));

        assertThat(events())
                .extracting(UpdateEvent::manifest)
                .containsExactly(UPLOAD.manifest(), null);
        assertThat(events()).extracting(UpdateEvent::end).containsExactly(null, UPLOAD.end(2));
        assertThat(harness.extractOutputValues()).isEmpty();
    }

    @Test
    void aSignOfLifeGoesToTheCoordinatorUnderTheNameOfItsTopic() throws Exception {
        var presence =
                new SiloPresence(
                        SiloPresence.Kind.JOIN,
                        1,
                        1_000,
                        10,
                        SiloPresence.Phase.IDLE,
                        "main",
                        0,
                        0,
                        0,
                        0);
        send(presence);

        assertThat(SideOutput.of(harness, ValidateUpdate.PRESENCE))
                .containsExactly(CoordinatorEvent.of("main", "silo-a", presence));
    }

    @Test
    void anEvaluationGoesToTheCoordinatorUnlessItIsOfAnotherModel() throws Exception {
        var evaluation = new SiloEvaluation("main", 1, 10, 5, 20);
        send(evaluation);
        send(new SiloEvaluation("expert-law", 1, 10, 5, 20));

        assertThat(SideOutput.of(harness, ValidateUpdate.PRESENCE))
                .containsExactly(CoordinatorEvent.of("main", "silo-a", evaluation));
        assertThat(harness.getOutput()).isEmpty();
        assertThat(events()).isEmpty();
        assertThat(rejected()).isEmpty();
    }

    static Stream<Arguments> faultyChunks() {
        var good = UPLOAD.chunk(0);
        return Stream.of(
                Arguments.of(Altered.copy(good, "chunk", 4), RejectionReason.CHUNK_OUT_OF_RANGE),
                Arguments.of(Altered.copy(good, "chunk", -1), RejectionReason.CHUNK_OUT_OF_RANGE),
                Arguments.of(Altered.copy(good, "chunk", 1), RejectionReason.LENGTH_MISMATCH),
                Arguments.of(Altered.copy(good, "elements", 3), RejectionReason.LENGTH_MISMATCH),
                Arguments.of(
                        Altered.copy(good, "elements", Integer.MAX_VALUE),
                        RejectionReason.LENGTH_MISMATCH),
                Arguments.of(
                        Altered.copy(good, "payload", new byte[15]),
                        RejectionReason.LENGTH_MISMATCH),
                Arguments.of(
                        Altered.copy(good, "codec", Codec.F16), RejectionReason.LENGTH_MISMATCH),
                Arguments.of(
                        Altered.copy(good, "crc32c", good.crc32c() + 1),
                        RejectionReason.CRC_MISMATCH),
                Arguments.of(
                        Altered.copy(good, "payload", new byte[16]), RejectionReason.CRC_MISMATCH),
                Arguments.of(
                        UPLOAD.withChunk(0, 1, Float.NaN, 2, 3).chunk(0),
                        RejectionReason.NOT_FINITE),
                Arguments.of(
                        UPLOAD.withChunk(0, 1, 2, 3, Float.NEGATIVE_INFINITY).chunk(0),
                        RejectionReason.NOT_FINITE),
                Arguments.of(
                        UPLOAD.withChunk(0, 1, 2, 3, 70_000).withCodec(Codec.F16).chunk(0),
                        RejectionReason.NOT_FINITE));
    }

    @ParameterizedTest
    @MethodSource("faultyChunks")
    void aFaultyChunkGoesNoFurtherAndItsTrackerIsTold(UpdateChunk chunk, RejectionReason reason)
            throws Exception {
        send(chunk);

        assertThat(harness.extractOutputValues()).isEmpty();
        var receipt = only(events()).receipt();
        assertThat(receipt.fault()).isEqualTo(reason);
        assertThat(receipt.detail()).contains("chunk " + chunk.chunk() + " of round 1");
        assertThat(rejected()).isEmpty(); // the tracker rejects the update as a whole, once
    }

    @Test
    void bytesThatAreNoRecordAreRejectedWithTheirCoordinates() throws Exception {
        var random = new byte[200];
        new Random(1).nextBytes(random);
        var whole = Wire.encode(UPLOAD.chunk(0));

        send(random);
        send(new byte[0]);
        send(Arrays.copyOf(whole, whole.length - 1));
        send(Arrays.copyOf(whole, whole.length + 1));

        assertThat(rejected())
                .hasSize(4)
                .allSatisfy(
                        r -> {
                            assertThat(r.reason()).isEqualTo(RejectionReason.MALFORMED);
                            assertThat(r.silo()).isEqualTo("silo-a");
                            assertThat(r.partition()).isEqualTo(2);
                            assertThat(r.offset()).isEqualTo(40);
                            assertThat(r.round()).isEqualTo(-1);
                            assertThat(r.detail()).isNotEmpty();
                        });
        assertThat(events()).isEmpty();
    }

    @Test
    void arrayLengthsBeyondTheRecordAreRejectedBeforeTheyAreAllocated() throws Exception {
        var whole = Wire.encode(UPLOAD.end(1));
        // The ranges come last: their block count, then the blocks. Claim two billion of them.
        var claimed = Arrays.copyOf(whole, whole.length + 3);
        int count = whole.length - 5;
        assertThat(whole[count]).as("count of 1 range, zig-zag").isEqualTo((byte) 2);
        System.arraycopy(new byte[] {-2, -1, -1, -1, 15}, 0, claimed, count, 5);

        send(claimed);

        assertThat(only(rejected()).reason()).isEqualTo(RejectionReason.MALFORMED);
    }

    @Test
    void aRecordOfAnotherTopicIsRejected() throws Exception {
        send(Rounds.plan(1, "mean", "sgd"));

        assertThat(only(rejected()).reason()).isEqualTo(RejectionReason.UNEXPECTED_TYPE);
        assertThat(only(rejected()).detail()).contains("RoundPlan");
    }

    @Test
    void whatIsMeantForAnotherModelIsRejected() throws Exception {
        send(Altered.copy(UPLOAD.chunk(0), "model", "expert-law"));
        send(Altered.copy(UPLOAD.manifest(), "model", "expert-law"));
        send(Altered.copy(UPLOAD.end(1), "model", "expert-law"));

        assertThat(rejected())
                .hasSize(3)
                .allSatisfy(
                        r -> {
                            assertThat(r.reason()).isEqualTo(RejectionReason.UNKNOWN_MODEL);
                            assertThat(r.model()).isEqualTo("expert-law");
                            assertThat(r.round()).isEqualTo(1);
                        });
        assertThat(harness.extractOutputValues()).isEmpty();
        assertThat(events()).isEmpty();
    }

    @Test
    void aRejectionFitsItsTopicWhateverTheRecordSays() throws Exception {
        var longName = "x".repeat(900_000);
        send(Altered.copy(UPLOAD.manifest(), "model", longName));
        send(Altered.copy(UPLOAD.end(1), "model", longName));

        assertThat(rejected())
                .hasSize(2)
                .allSatisfy(r -> assertThat(Wire.encode(r).length).isLessThan(2_000));
    }

    /** The law behind all the cases above: whatever comes, the job goes on. */
    @Test
    void nothingASiloSendsCanFailTheJob() throws Exception {
        var random = new Random(7);
        var originals = new ArrayList<byte[]>();
        UPLOAD.partitions().forEach(p -> p.forEach(r -> originals.add(r.value())));
        for (int i = 0; i < 5_000; i++) {
            var value = originals.get(random.nextInt(originals.size())).clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                // Beyond the frame nearly always: most mutations should reach the decoder.
                int at = random.nextInt(20) == 0 ? 0 : 10;
                value[at + random.nextInt(value.length - at)] = (byte) random.nextInt();
            }
            int length = random.nextInt(10) == 0 ? random.nextInt(value.length) : value.length;
            var mutated = Arrays.copyOf(value, length);
            assertThatCode(() -> send(mutated)).as("mutation %s", i).doesNotThrowAnyException();
        }
        assertThat(rejected()).hasSizeGreaterThan(1_000);
        assertThat(harness.extractOutputValues()).allSatisfy(ValidateUpdateTest::isSound);
    }

    private static void isSound(ChunkRow row) {
        assertThat(row.chunk().elements()).isEqualTo(SmallFederation.elements(row.chunk().chunk()));
        assertThat(row.key()).isEqualTo(Rounds.key(row.chunk().chunk()));
    }

    private void send(Record value) throws Exception {
        send(Wire.encode(value));
    }

    private void send(byte[] value) throws Exception {
        harness.processElement(new SiloRecord("silo-a", 2, 40, 9_000, value), 0);
    }

    private List<UpdateEvent> events() {
        return SideOutput.of(harness, ValidateUpdate.EVENTS);
    }

    private List<RejectedUpdate> rejected() {
        return SideOutput.of(harness, ValidateUpdate.REJECTED);
    }

    private static <T> T only(List<T> values) {
        assertThat(values).hasSize(1);
        return values.get(0);
    }
}
