package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.Pace;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ModelChunk;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the owner of a chunk keeps of rounds other than the open one, and how it goes back. */
class AggregateChunkReachTest {

    /** All that a test has sent; each sends its own before anything is read again. */
    private static final SentRows LOG = new SentRows();

    private static final String SGD = "sgd(lr=1)";
    private static final String MOMENTUM = "momentum(lr=1, momentum=0.9)";
    private static final int CHUNK = 3;
    private static final float START = SmallFederation.values(0, CHUNK, 0)[0];

    /** Of a chunk between rounds: version and parameters. */
    private static final int KEPT = 2;

    private final Upload a = Upload.of("silo-a", 1).withChunk(CHUNK, 4).withNormalizer(1);
    private final Upload c = Upload.of("silo-c", 1).withChunk(CHUNK, -60).withNormalizer(2);
    private final Upload second = Upload.of("silo-a", 2).withChunk(CHUNK, 8).withNormalizer(1);

    private KeyedTwoInputStreamOperatorTestHarness<ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness;

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void aRowThatMayStillBeTakenOutlivesItsRound() throws Exception {
        begin(new Pace(Pace.Mode.SYNCHRONOUS, 1, 0.5));
        row(c);
        make(1, "mean", a, 1);
        assertThat(harness.numKeyedStateEntries())
                .isEqualTo(KEPT + 2); // the row of c, and where it is

        row(second);
        accept(2, second, 0.5);
        accept(2, c, 0.5);
        command(
                Rounds.close(
                        "mean",
                        SGD,
                        CHUNK,
                        2,
                        false,
                        List.of(
                                Rounds.accepted(second, 0.5, "mean"),
                                Rounds.accepted(c, 0.5, "mean"))));

        assertThat(published(2)).isCloseTo(START + 4 + (8 - 60) / 2f, within(1e-5f));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
    }

    @Test
    void aRowThatNobodyTookGoesWhenItIsTooLate() throws Exception {
        begin(new Pace(Pace.Mode.SYNCHRONOUS, 1, 0.5));
        row(c);
        make(1, "mean", a, 1);
        make(2, "mean", second, 1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);

        row(c);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
    }

    @Test
    void withoutLateUpdatesNothingOutlivesItsRound() throws Exception {
        begin(Pace.SYNCHRONOUS);
        row(c);
        row(second);
        make(1, "mean", a, 1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
    }

    @Test
    void whereRoundsOverlapARowOfTheNextOneWaits() throws Exception {
        begin(new Pace(Pace.Mode.OVERLAPPED, 0, 0));
        row(second);
        make(1, "mean", a, 1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT + 2);
        accept(2, second, 1);
        command(
                Rounds.close(
                        "mean", SGD, CHUNK, 2, false, List.of(Rounds.accepted(second, 1, "mean"))));
        assertThat(published(2)).isEqualTo(START + 4 + 8);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
    }

    @Test
    void goesBackToAnEarlierVersionAndForgetsTheOpenRound() throws Exception {
        begin(new Pace(Pace.Mode.SYNCHRONOUS, 1, 0.5));
        make(1, "mean", a, 1);
        row(second);
        accept(2, second, 1);

        rollBack(2, "", "", SmallFederation.published(0, CHUNK, 0));

        assertThat(published(2)).isEqualTo(START);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
        command(
                Rounds.close(
                        "mean", SGD, CHUNK, 2, false, List.of(Rounds.accepted(second, 1, "mean"))));
        assertThat(harness.extractOutputValues()).hasSize(2);
    }

    @Test
    void momentsComeBackWithTheVersionOnceAllPartsAreThere() throws Exception {
        begin(Pace.SYNCHRONOUS);
        make(1, "mean", a, 1);
        var moment = SmallFederation.published(5, CHUNK, 1);
        rollBack(2, "mean", MOMENTUM, moment);
        assertThat(harness.extractOutputValues()).hasSize(1);

        rollBack(2, "mean", MOMENTUM, SmallFederation.published(5, CHUNK, 0));

        var parts = harness.extractOutputValues().stream().filter(m -> m.version() == 2).toList();
        assertThat(parts).extracting(ModelChunk::part).containsExactly(0, 1);
        assertThat(first(parts.get(1))).isEqualTo(first(moment));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT + 1); // the moment
        // Told once more after a restore, it changes nothing.
        rollBack(2, "mean", MOMENTUM, moment);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT + 1);
    }

    private void begin(Pace pace) throws Exception {
        var genesis = new Bootstrap(SmallFederation.version(0), false, null, List.of(), List.of());
        harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(
                                new AggregateChunk(
                                        genesis,
                                        NoiseSettings.NONE,
                                        pace,
                                        LOG,
                                        RowMemory.SUMS_AND_ROWS)),
                        ChunkRow::key,
                        ChunkCommand::key,
                        TypeInformation.of(ChunkKey.class));
        harness.open();
        command(Rounds.seed(0, CHUNK, 0));
    }

    /** Makes a version of one update. */
    private void make(int version, String rule, Upload upload, double weight) throws Exception {
        row(upload);
        accept(version, upload, weight);
        command(
                Rounds.close(
                        rule,
                        SGD,
                        CHUNK,
                        version,
                        false,
                        List.of(Rounds.accepted(upload, weight, rule))));
    }

    private void row(Upload upload) throws Exception {
        harness.processElement1(new StreamRecord<>(LOG.sent(Rounds.row(upload, CHUNK))));
    }

    private void accept(int version, Upload upload, double weight) throws Exception {
        command(
                new ChunkCommand(
                        Rounds.key(CHUNK),
                        ChunkCommand.Kind.ACCEPT,
                        version,
                        "mean",
                        SGD,
                        0,
                        SmallFederation.FOLD_QUANTUM_EXPONENT,
                        0,
                        List.of(Rounds.accepted(upload, weight, "mean")),
                        null,
                        false,
                        Codec.F32,
                        null));
    }

    private void rollBack(int version, String rule, String optimizer, ModelChunk part)
            throws Exception {
        command(
                new ChunkCommand(
                        Rounds.key(CHUNK),
                        ChunkCommand.Kind.ROLL_BACK,
                        version,
                        rule,
                        optimizer,
                        0,
                        0,
                        0,
                        List.of(),
                        null,
                        true,
                        Codec.F32,
                        part));
    }

    private void command(ChunkCommand command) throws Exception {
        harness.processElement2(new StreamRecord<>(command));
    }

    private float published(int version) {
        return harness.extractOutputValues().stream()
                .filter(m -> m.part() == 0 && m.version() == version)
                .map(AggregateChunkReachTest::first)
                .findFirst()
                .orElseThrow();
    }

    private static float first(ModelChunk chunk) {
        var values = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), values.length, values, 0);
        return values[0];
    }
}
