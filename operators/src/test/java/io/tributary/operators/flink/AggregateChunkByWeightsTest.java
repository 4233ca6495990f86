package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.Pace;
import io.tributary.operators.round.RoundWeighing;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundWeights;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that combine by weights, and what they keep between rounds; a chunk of one value. */
class AggregateChunkByWeightsTest {

    /** All that a test has sent; each sends its own before anything is read again. */
    private static final SentRows LOG = new SentRows();

    private static final String SGD = "sgd(lr=1)";
    private static final String NESTEROV = "nesterov(lr=0.7, momentum=0.9)";
    private static final String KRUM = "krum(f=0)";
    private static final String CLIPPING = "centered-clipping(tau=1)";
    private static final Bootstrap GENESIS =
            new Bootstrap(SmallFederation.version(0), false, null, List.of(), List.of());
    private static final NoiseSettings SECRET =
            new NoiseSettings("0123456789abcdef0123456789abcdef", 1e-5);

    private static final int CHUNK = 3;
    private static final float START = SmallFederation.values(0, CHUNK, 0)[0];

    private KeyedTwoInputStreamOperatorTestHarness<ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness;

    @AfterEach
    void close() throws Exception {
        if (harness != null) {
            harness.close();
        }
    }

    @Test
    void innerProductsAreReportedOnceAndTheVersionIsMadeWhenTheWeightsComeBack() throws Exception {
        begin();
        arrive(1, KRUM, 4, 8, -60);
        assertThat(products()).isEmpty();
        command(close(1, KRUM, 4, 8, -60));

        var measured = products();
        assertThat(measured).hasSize(1);
        assertThat(measured.get(0).version()).isEqualTo(1);
        assertThat(measured.get(0).chunk()).isEqualTo(CHUNK);
        assertThat(measured.get(0).packed()).containsExactly(16, 32, -240, 64, -480, 3600);
        assertThat(harness.extractOutputValues()).isEmpty();

        restore(GENESIS);
        arrive(1, KRUM, 4, 8, -60); // read twice
        assertThat(products()).isEmpty();
        command(weigh(1, KRUM, measured, 4, 8, -60));

        assertThat(parameters()).containsExactly(START + 4);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2); // version, parameters
    }

    @Test
    void weightsThatAreThereBeforeTheCloseAreUsedAndNothingIsMeasured() throws Exception {
        var measured = measured(KRUM, 4, 8, -60);
        begin();
        command(weigh(1, KRUM, measured, 4, 8, -60));
        arrive(1, KRUM, 4, 8, -60);
        assertThat(parameters()).isEmpty();
        command(close(1, KRUM, 4, 8, -60));

        assertThat(parameters()).containsExactly(START + 4);
        assertThat(products()).isEmpty();
    }

    @Test
    void weightsThatComeBeforeTheLastRowWaitForIt() throws Exception {
        var measured = measured(KRUM, 4, 8, -60);
        begin();
        arrive(1, KRUM, 4, 8);
        command(Rounds.accept(upload(2, 1, -60), 1.0 / 3, KRUM, CHUNK));
        command(close(1, KRUM, 4, 8, -60));
        command(weigh(1, KRUM, measured, 4, 8, -60));
        assertThat(parameters()).isEmpty();

        row(upload(2, 1, -60));

        assertThat(parameters()).containsExactly(START + 4);
        assertThat(products()).isEmpty();
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
    }

    /** Before the close as after it; a job that was started anew may have closed differently. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void weightsOfOtherUploadsOrSilosOrRoundsDoNotCount(boolean beforeTheClose) throws Exception {
        var measured = measured(KRUM, 4, 8, -60);
        var right = weigh(1, KRUM, measured, 4, 8, -60).weights();
        var a = right.uploads().get(0);
        var b = right.uploads().get(1);
        var another = upload(2, 1, -60).withAttempt(2).id();
        for (var wrong :
                List.of(
                        Altered.copy(right, "uploads", List.of(a, b, another)),
                        Altered.copy(right, "silos", List.of("silo-a", "silo-b", "silo-x")),
                        Altered.copy(right, "round", 2),
                        Altered.copy(right, "round", 0))) {
            begin();
            arrive(1, KRUM, 4, 8, -60);
            if (beforeTheClose) {
                command(ChunkCommand.weigh(Rounds.key(CHUNK), wrong));
            }
            command(close(1, KRUM, 4, 8, -60));
            if (!beforeTheClose) {
                command(ChunkCommand.weigh(Rounds.key(CHUNK), wrong));
            }
            assertThat(parameters()).isEmpty();
            assertThat(products()).hasSize(1);

            command(ChunkCommand.weigh(Rounds.key(CHUNK), right));

            assertThat(parameters()).containsExactly(START + 4);
            harness.close();
        }
    }

    @Test
    void weightsThatAreRepeatedAfterTheVersionIsMadeChangeNothing() throws Exception {
        begin();
        round(1, KRUM, SGD, 4, 8, -60);
        command(weigh(1, KRUM, measured(KRUM, 4, 8, -60), 4, 8, -60));

        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
        round(2, KRUM, SGD, 1, 2, 50);
        assertThat(parameters()).containsExactly(START + 4, START + 4 + 1);
    }

    @Test
    void zeroWeightsMakeTheVersionWithoutTheRound() throws Exception {
        begin();
        round(1, "cosine-filter(min=1)", SGD, 4, -4);

        assertThat(parameters()).containsExactly(START);
    }

    /** From 0, every row pulls by a third of tau = 1: two of three up, each round. */
    @Test
    void aCentreIsKeptOverRoundsAndPublishedBehindTheMoments() throws Exception {
        begin();
        for (int round = 1; round <= 3; round++) {
            round(round, CLIPPING, NESTEROV, 4, 8, -60);
            assertThat(harness.numKeyedStateEntries()).isEqualTo(4);
        }

        assertThat(harness.extractOutputValues())
                .extracting(ModelChunk::part)
                .containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2);
        var centres = harness.extractOutputValues().stream().filter(m -> m.part() == 2).toList();
        assertThat(centres.stream().map(m -> decode(m)[0]).toList())
                .usingComparatorForType((x, y) -> Math.abs(x - y) < 1e-6 ? 0 : 1, Float.class)
                .containsExactly(1 / 3f, 2 / 3f, 1f);
    }

    @ParameterizedTest
    @ValueSource(strings = {SGD, NESTEROV})
    void aJobWithoutStateGoesOnFromTheSnapshotWithTheSameBits(String optimizer) throws Exception {
        begin();
        round(1, CLIPPING, optimizer, 4, 8, -60);
        var snapshot = List.copyOf(harness.extractOutputValues());
        harness.getOutput().clear();
        round(2, CLIPPING, optimizer, 4, 8, -60);
        var expected = harness.extractOutputValues();
        harness.close();

        var manifest = version(1, snapshot.size() - 1, CLIPPING, optimizer);
        harness =
                harness(
                        new Bootstrap(manifest, true, null, List.of(), List.of()),
                        NoiseSettings.NONE);
        harness.open();
        for (var chunk : snapshot.subList(0, snapshot.size() - 1)) {
            command(ChunkCommand.seed(Rounds.key(CHUNK), chunk));
        }
        round(2, CLIPPING, optimizer, 4, 8, -60);
        assertThat(harness.extractOutputValues()).isEmpty(); // the centre has not come
        command(ChunkCommand.seed(Rounds.key(CHUNK), snapshot.get(snapshot.size() - 1)));
        command(weigh(2, CLIPPING, products(), 4, 8, -60));

        assertThat(harness.extractOutputValues())
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(expected);
    }

    /** A snapshot from before the optimizer was changed: none of its parts will be of use. */
    @ParameterizedTest
    @CsvSource({"'fedadam(lr=1)', 1", "'nesterov(lr=0.7, momentum=0.9)', 0", "sgd(lr=1), 1"})
    void aSnapshotOfSomethingElseIsNotWaitedFor(String optimizer, int parts) throws Exception {
        var bootstrap =
                new Bootstrap(
                        version(0, parts, "median", optimizer), true, null, List.of(), List.of());
        harness = harness(bootstrap, NoiseSettings.NONE);
        harness.open();
        command(Rounds.seed(0, CHUNK, 0));
        round(1, "median", SGD, 4, 8, -60);

        assertThat(parameters()).containsExactly(START + 4);
        assertThat(bootstrap.hasMoments()).isFalse();
        assertThat(bootstrap.parts().count()).isZero();
    }

    @Test
    void anotherRuleForgetsTheCentre() throws Exception {
        begin();
        round(1, CLIPPING, SGD, 4, 8, -60);
        round(2, "median", SGD, 4, 8, -60);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
        harness.getOutput().clear();
        round(3, CLIPPING, SGD, 4, 8, -60);

        var centre = harness.extractOutputValues().get(1);
        assertThat(decode(centre)[0]).isCloseTo(1 / 3f, within(1e-6f));
    }

    /** The centre is a row for centered clipping only; three deltas have their median. */
    @Test
    void aRuleThatStandsInDoesNotCountTheCentreAsASiloAndLeavesItAlone() throws Exception {
        begin();
        round(1, CLIPPING, SGD, 4, 8, -60);
        arrive(2, CLIPPING, 4, 8, -60);
        command(close(2, CLIPPING, 4, 8, -60));
        command(ChunkCommand.weigh(Rounds.key(CHUNK), known(2, "median", 4, 8, -60)));
        harness.getOutput().clear();
        command(Rounds.republish(CHUNK, 2, true));

        assertThat(parameters().get(0)).isCloseTo(START + 1 / 3f + 4, within(1e-5f));
        assertThat(decode(harness.extractOutputValues().get(1))[0])
                .isCloseTo(1 / 3f, within(1e-6f));
    }

    @Test
    void historiesAreSumsOverRoundsAndOnlyWeighTheRowsOfThisRound() throws Exception {
        begin();
        assertThat(round(1, "foolsgold", SGD, 4, 8, -60).packed())
                .containsExactly(16, 32, -240, 64, -480, 3600);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(3);
        assertThat(round(2, "foolsgold", SGD, 1, -8).packed()).containsExactly(25, 0, 0);
        restore(GENESIS);
        assertThat(round(3, "foolsgold", SGD, 5, 0, 10).packed())
                .containsExactly(100, 0, -500, 0, 0, 2500); // silo-c has kept its own

        // No two histories point the same way, so all count: of this round's rows, the mean.
        var published = parameters();
        assertThat(published.get(2) - published.get(1)).isCloseTo(5, within(1e-4f));
    }

    @Test
    void noiseIsTheSameForTheSameRoundAndAnotherForTheNext() throws Exception {
        double first = noisedDelta(1);
        close();
        assertThat(noisedDelta(1)).isEqualTo(first);
        close();
        double without = (4 + 8) / 3.0; // both within the clip, of three planned
        assertThat(first).isNotCloseTo(without, within(1e-3));

        begin(SECRET);
        round(1, "dp-mean(clip=100, noise=1)", SGD, 4, 8, 0);
        round(2, "dp-mean(clip=100, noise=1)", SGD, 4, 8, 0);
        var published = parameters();
        double second = published.get(1) - published.get(0);
        assertThat(published.get(0) - START).isCloseTo((float) first, within(1e-4f));
        assertThat(second).isNotCloseTo(first, within(1e-3));
    }

    private double noisedDelta(int round) throws Exception {
        begin(SECRET);
        round(round, "dp-mean(clip=100, noise=1)", SGD, 4, 8, 0);
        return parameters().get(0) - START;
    }

    @Test
    void aFoldingRuleCanTakeThePlaceOfOneThatHeldItsRows() throws Exception {
        begin();
        arrive(1, "trimmed-mean(f=1)", 4, 8);
        var close = close(1, "mean", 4, 8);
        command(Altered.copy(close, "weights", known(1, "mean", 4, 8)));

        assertThat(parameters()).containsExactly(START + 6);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
    }

    @Test
    void theFirstStepOfAnOptimizerStartsFromItsInitialMoments() throws Exception {
        begin();
        round(1, "median", NESTEROV, 4);
        arrive(2, "median", 4);
        command(Altered.copy(close(2, "median", NESTEROV, 4), "optimizerStep", 1L));
        arrive(3, "median", 4);
        command(Altered.copy(close(3, "median", NESTEROV, 4), "optimizerStep", 2L));

        double step = 0.7 * (4 + 0.9 * 4);
        double next = 0.7 * (4 + 0.9 * (4 + 0.9 * 4));
        var published = parameters();
        assertThat(published.get(0)).isCloseTo((float) (START + step), within(1e-5f));
        assertThat(published.get(1)).isCloseTo((float) (START + 2 * step), within(1e-5f));
        assertThat(published.get(2)).isCloseTo((float) (START + 2 * step + next), within(1e-5f));
    }

    private static ModelVersion version(
            int version, int momentParts, String rule, String optimizer) {
        var manifest = SmallFederation.version(version, version, momentParts);
        return Altered.copy(Altered.copy(manifest, "rule", rule), "serverOptimizer", optimizer);
    }

    private void begin() throws Exception {
        begin(NoiseSettings.NONE);
    }

    private void begin(NoiseSettings noise) throws Exception {
        harness = harness(GENESIS, noise);
        harness.open();
        command(Rounds.seed(0, CHUNK, 0));
    }

    private void restore(Bootstrap bootstrap) throws Exception {
        var checkpoint = harness.snapshot(1, 0);
        var before = List.copyOf(harness.extractOutputValues());
        harness.close();
        harness = harness(bootstrap, NoiseSettings.NONE);
        harness.initializeState(checkpoint);
        harness.open();
        for (var chunk : before) {
            harness.getOutput().add(new StreamRecord<>(chunk));
        }
    }

    /**
     * A whole round of silos a, b, ... with these deltas, weights included where they come late.
     */
    private ChunkProducts round(int round, String rule, String optimizer, float... deltas)
            throws Exception {
        arrive(round, rule, deltas);
        command(close(round, rule, optimizer, deltas));
        var measured = products();
        if (measured.isEmpty()) {
            return null;
        }
        command(weigh(round, rule, measured, deltas));
        return measured.get(0);
    }

    private void arrive(int round, String rule, float... deltas) throws Exception {
        for (int i = 0; i < deltas.length; i++) {
            var upload = upload(i, round, deltas[i]);
            row(upload);
            command(Rounds.accept(upload, 1.0 / deltas.length, rule, CHUNK));
        }
    }

    private static Upload upload(int silo, int round, float delta) {
        return Upload.of("silo-" + (char) ('a' + silo), round).withChunk(CHUNK, delta);
    }

    private static List<AcceptedRow> cohort(int round, String rule, float... deltas) {
        return Stream.iterate(0, i -> i < deltas.length, i -> i + 1)
                .map(i -> Rounds.accepted(upload(i, round, deltas[i]), 1.0 / deltas.length, rule))
                .toList();
    }

    private static ChunkCommand close(int round, String rule, float... deltas) {
        return close(round, rule, SGD, deltas);
    }

    private static ChunkCommand close(int round, String rule, String optimizer, float... deltas) {
        var cohort = cohort(round, rule, deltas);
        var close = Rounds.close("mean", optimizer, CHUNK, round, true, cohort);
        var weights =
                rule.equals("mean")
                        ? null
                        : weighing().weigh(Rounds.order(round, rule, cohort)).orElse(null);
        return Altered.copy(Altered.copy(close, "rule", rule), "weights", weights);
    }

    private static ChunkCommand weigh(
            int round, String rule, List<ChunkProducts> measured, float... deltas) {
        var order = Rounds.order(round, rule, cohort(round, rule, deltas));
        return ChunkCommand.weigh(Rounds.key(CHUNK), Rounds.weights(order, measured));
    }

    /** Weights by a rule that needs no inner products. */
    private static RoundWeights known(int round, String rule, float... deltas) {
        var order = Rounds.order(round, rule, cohort(round, rule, deltas));
        return weighing().weigh(order).orElseThrow();
    }

    private static RoundWeighing weighing() {
        return new RoundWeighing(SECRET.source(SmallFederation.MODEL));
    }

    /** What a chunk reports of these deltas. */
    private List<ChunkProducts> measured(String rule, float... deltas) throws Exception {
        var mine = harness;
        begin();
        arrive(1, rule, deltas);
        command(close(1, rule, deltas));
        var measured = products();
        harness.close();
        harness = mine;
        return measured;
    }

    private List<ChunkProducts> products() {
        return SideOutput.take(harness, AggregateChunk.PRODUCTS);
    }

    private void row(Upload upload) throws Exception {
        harness.processElement1(new StreamRecord<>(LOG.sent(Rounds.row(upload, CHUNK))));
    }

    private void command(ChunkCommand command) throws Exception {
        harness.processElement2(new StreamRecord<>(command));
    }

    private List<Float> parameters() {
        return harness.extractOutputValues().stream()
                .filter(m -> m.part() == 0)
                .map(m -> decode(m)[0])
                .toList();
    }

    private static float[] decode(ModelChunk chunk) {
        var values = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), values.length, values, 0);
        return values;
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness(Bootstrap bootstrap, NoiseSettings noise) throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(
                        new AggregateChunk(
                                bootstrap, noise, Pace.SYNCHRONOUS, LOG, RowMemory.SUMS_AND_ROWS)),
                ChunkRow::key,
                ChunkCommand::key,
                TypeInformation.of(ChunkKey.class),
                ChunkKey.MAX_PARALLELISM,
                1,
                0);
    }
}
