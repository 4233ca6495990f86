package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.Pace;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Kept;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregateChunkTest {

    private static final Codec[] DELTAS = {Codec.F32, Codec.BF16, Codec.F16};
    private static final String SGD = "sgd(lr=1)";

    /** All that a test has sent; each test sends its own before anything is read again. */
    private static final SentRows LOG = new SentRows();

    private static final String NESTEROV = "nesterov(lr=0.7, momentum=0.9)";
    private static final int ROUNDS = 3;
    private static final Bootstrap GENESIS =
            new Bootstrap(SmallFederation.version(0), false, null, List.of(), List.of());

    /** Chunk 3, which has one value, is enough for most stories. */
    private static final int CHUNK = 3;

    private static final float START = SmallFederation.values(0, CHUNK, 0)[0];

    private final Upload a = Upload.of("silo-a", 1).withChunk(CHUNK, 4).withNormalizer(1);
    private final Upload b = Upload.of("silo-b", 1).withChunk(CHUNK, 8).withNormalizer(9);
    private final Upload c = Upload.of("silo-c", 1).withChunk(CHUNK, -60).withNormalizer(2);

    private KeyedTwoInputStreamOperatorTestHarness<ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness;

    @AfterEach
    void close() throws Exception {
        if (harness != null) {
            harness.close();
        }
    }

    @Test
    void aFoldingRuleAddsRowsAsTheirUpdatesAreAcceptedAndKeepsNone() throws Exception {
        begin(GENESIS);
        row(a);
        assertThat(harness.numKeyedStateEntries())
                .isEqualTo(4); // version, parameters, rows, places
        accept(a, 0.25, "mean");
        assertThat(harness.numKeyedStateEntries()).isEqualTo(4); // + accepted, sum - rows, places
        accept(b, 0.75, "mean");
        row(b);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(4);

        close("mean", SGD, Rounds.accepted(a, 0.25, "mean"), Rounds.accepted(b, 0.75, "mean"));

        assertThat(published()).containsExactly(START + 7);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2); // version, parameters
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void weightsOfSilosThatDidNotMakeItAreSharedByThoseThatDid() throws Exception {
        begin(GENESIS);
        for (var upload : List.of(a, b)) {
            row(upload);
            accept(upload, 0.2, "mean");
        }
        close("mean", SGD, Rounds.accepted(a, 0.2, "mean"), Rounds.accepted(b, 0.2, "mean"));

        assertThat(published().get(0)).isCloseTo(START + 6, within(1e-6f));
    }

    /** Wang et al.: deltas per unit of work, stretched by the mean work; 4/1 and 8/9, times 5. */
    @Test
    void fedNovaTakesTheDifferenceInLocalWorkOutOfTheMean() throws Exception {
        begin(GENESIS);
        for (var upload : List.of(a, b)) {
            row(upload);
            accept(upload, 0.5, "fednova");
        }
        close(
                "fednova",
                SGD,
                Rounds.accepted(a, 0.5, "fednova"),
                Rounds.accepted(b, 0.5, "fednova"));

        double expected = START + 5 * (0.5 * 4 / 1 + 0.5 * 8 / 9);
        assertThat(published().get(0)).isCloseTo((float) expected, within(1e-5f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"median", "trimmed-mean(f=1)"})
    void otherRulesHoldTheirRowsUntilTheClose(String rule) throws Exception {
        begin(GENESIS);
        for (var upload : List.of(a, b, c)) {
            accept(upload, 1.0 / 3, rule);
            row(upload);
        }
        assertThat(harness.numKeyedStateEntries())
                .isEqualTo(5); // version, parameters, accepted, where rows are, which are held

        close(
                rule,
                SGD,
                Rounds.accepted(a, 1, rule),
                Rounds.accepted(b, 1, rule),
                Rounds.accepted(c, 1, rule));

        assertThat(published()).containsExactly(START + 4); // -60 and 8 are the extremes
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "fednova", "median", "trimmed-mean(fraction=0)"})
    void aCloseWaitsForTheLastRowItNames(String rule) throws Exception {
        begin(GENESIS);
        accept(a, 0.5, rule);
        row(a);
        accept(b, 0.5, rule);
        close(rule, SGD, Rounds.accepted(a, 0.5, rule), Rounds.accepted(b, 0.5, rule));
        assertThat(published()).isEmpty();

        row(b);

        assertThat(published()).hasSize(1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "median"})
    void onlyTheAcceptedAttemptOfASiloCounts(String rule) throws Exception {
        begin(GENESIS);
        var failed = a.withAttempt(2).withChunk(CHUNK, 1_000);
        var later = a.withAttempt(3).withChunk(CHUNK, 2_000);
        row(failed);
        row(a);
        accept(a, 1, rule);
        row(later);
        close(rule, SGD, Rounds.accepted(a, 1, rule));

        assertThat(published()).containsExactly(START + 4);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "median"})
    void aRowThatIsReadTwiceCountsOnce(String rule) throws Exception {
        begin(GENESIS);
        row(a);
        row(a);
        accept(a, 0.5, rule);
        row(a);
        row(b);
        accept(b, 0.5, rule);
        row(a);
        close(rule, SGD, Rounds.accepted(a, 0.5, rule), Rounds.accepted(b, 0.5, rule));
        row(b);

        assertThat(published()).containsExactly(START + 6);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
    }

    /** The tracker measures the first copy of a chunk; another copy must not take its place. */
    @ParameterizedTest
    @ValueSource(strings = {"mean", "median"})
    void ofTwoRowsOfOneUploadTheFirstCounts(String rule) throws Exception {
        var other = a.withChunk(CHUNK, 1_000);

        begin(GENESIS);
        row(a);
        row(other);
        accept(a, 1, rule);
        row(other);
        close(rule, SGD, Rounds.accepted(a, 1, rule));

        assertThat(published()).containsExactly(START + 4);
    }

    @Test
    void rowsOfAnyRoundButTheOpenOneAreDropped() throws Exception {
        begin(GENESIS);
        row(Upload.of("silo-a", 0));
        row(Upload.of("silo-a", 2));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);

        row(a);
        accept(a, 1, "mean");
        close("mean", SGD, Rounds.accepted(a, 1, "mean"));
        row(b); // late
        accept(b, 1, "mean");
        close("mean", SGD, Rounds.accepted(b, 1, "mean"));

        assertThat(published()).hasSize(1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
    }

    @Test
    void nothingIsMadeBeforeTheSeedIsThere() throws Exception {
        harness = harness(GENESIS);
        harness.open();
        row(a);
        accept(a, 1, "mean");
        close("mean", SGD, Rounds.accepted(a, 1, "mean"));
        assertThat(published()).isEmpty();

        command(Rounds.seed(0, CHUNK, 0));

        assertThat(published()).containsExactly(START + 4);
    }

    @Test
    void momentsOfTheSnapshotAreSeededToo() throws Exception {
        var bootstrap =
                new Bootstrap(SmallFederation.version(0, 0, 1), true, null, List.of(), List.of());
        harness = harness(bootstrap);
        harness.open();
        command(Rounds.seed(0, CHUNK, 0));
        row(a);
        accept(a, 1, "mean");
        command(second(NESTEROV, List.of(Rounds.accepted(a, 1, "mean"))));
        assertThat(published()).isEmpty();

        command(Rounds.seed(0, CHUNK, 1));

        double momentum = 0.9 * SmallFederation.values(0, CHUNK, 1)[0] - 4;
        double expected = START - 0.7 * (-4 + 0.9 * momentum);
        assertThat(published().get(0)).isCloseTo((float) expected, within(1e-5f));
    }

    @Test
    void aSeedThatComesAfterTheChunkHasMovedOnIsIgnored() throws Exception {
        begin(GENESIS);
        row(a);
        accept(a, 1, "mean");
        close("mean", SGD, Rounds.accepted(a, 1, "mean"));
        command(Rounds.seed(0, CHUNK, 0));
        command(Rounds.republish(CHUNK, 1, false));

        assertThat(published()).containsExactly(START + 4, START + 4);
    }

    /** A restore may come with a newer starting point, which the restored chunk has reached. */
    @Test
    void aRestoredChunkKeepsItsOwnMomentsWhateverTheNewStartingPointSays() throws Exception {
        begin(GENESIS);
        row(a);
        accept(a, 1, "mean");
        close("mean", NESTEROV, Rounds.accepted(a, 1, "mean"));
        var checkpoint = harness.snapshot(1, 0);
        harness.close();

        harness =
                harness(
                        new Bootstrap(
                                SmallFederation.version(1, 0, 1),
                                true,
                                null,
                                List.of(),
                                List.of()));
        harness.initializeState(checkpoint);
        harness.open();
        command(Rounds.seed(0, CHUNK, 1));
        command(Rounds.republish(CHUNK, 1, true));

        assertThat(harness.extractOutputValues())
                .extracting(m -> decode(m))
                .extracting(values -> values[0])
                .containsExactly((float) (START + 0.7 * (4 + 0.9 * 4)), -4f);
    }

    /**
     * State from before version 1, restored where version 1 is on the log already: the chunk is at
     * version 0 and makes version 1 once more, from its own parameters.
     */
    @ParameterizedTest
    @ValueSource(strings = {"mean", "median"})
    void aChunkRestoredFromBeforeTheNewStartingPointGoesOnFromWhereItWas(String rule)
            throws Exception {
        begin(GENESIS);
        row(a);
        accept(a, 1, rule);
        var checkpoint = harness.snapshot(1, 0);
        close(rule, SGD, Rounds.accepted(a, 1, rule));
        var undisturbed = List.copyOf(published());
        harness.close();

        harness =
                harness(
                        new Bootstrap(
                                SmallFederation.version(1), false, null, List.of(), List.of()));
        harness.initializeState(checkpoint);
        harness.open();
        command(Rounds.seed(1, CHUNK, 0));
        close(rule, SGD, Rounds.accepted(a, 1, rule));

        assertThat(published()).isEqualTo(undisturbed);
    }

    /** A close that came before the seed, and a seed that is already its version. */
    @Test
    void whatAnOlderRoundLeftIsVoidWhereTheChunkBeginsBehindIt() throws Exception {
        harness = harness(GENESIS);
        harness.open();
        row(a);
        accept(a, 1, "median");
        close("median", SGD, Rounds.accepted(a, 1, "median"));
        var checkpoint = harness.snapshot(1, 0);
        harness.close();

        harness =
                harness(
                        new Bootstrap(
                                SmallFederation.version(1), false, null, List.of(), List.of()));
        harness.initializeState(checkpoint);
        harness.open();
        command(Rounds.seed(1, CHUNK, 0));

        assertThat(published()).isEmpty();
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2); // version, parameters
    }

    @Test
    void aSnapshotPublishesTheMomentsAsFurtherParts() throws Exception {
        begin(GENESIS);
        row(a);
        accept(a, 1, "mean");
        command(
                Rounds.close(
                        "mean", NESTEROV, CHUNK, 1, true, List.of(Rounds.accepted(a, 1, "mean"))));

        assertThat(harness.extractOutputValues())
                .extracting(ModelChunk::part)
                .containsExactly(0, 1);
        assertThat(decode(harness.extractOutputValues().get(1))).containsExactly(-4);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(3); // version, parameters, moments
    }

    @Test
    void aVersionIsPublishedAgainWithTheSameBytes() throws Exception {
        begin(GENESIS);
        row(a);
        accept(a, 1, "mean");
        command(
                Rounds.close(
                        "mean", NESTEROV, CHUNK, 1, true, List.of(Rounds.accepted(a, 1, "mean"))));
        var first = List.copyOf(harness.extractOutputValues());
        harness.getOutput().clear();

        command(Rounds.republish(CHUNK, 0, true)); // not this chunk's version
        assertThat(harness.getOutput()).isEmpty();
        command(Rounds.republish(CHUNK, 1, true));

        assertThat(harness.extractOutputValues())
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(first);
        assertThat(SideOutput.of(harness, AggregateChunk.DONE))
                .extracting(ChunkDone::crc32c)
                .containsOnly(first.get(0).crc32c());
    }

    @Test
    void whatIsDoneIsReportedWithChecksumAndDistance() throws Exception {
        begin(GENESIS);
        row(a);
        accept(a, 1, "mean");
        close("mean", SGD, Rounds.accepted(a, 1, "mean"));

        int crc = harness.extractOutputValues().get(0).crc32c();
        assertThat(SideOutput.of(harness, AggregateChunk.DONE))
                .containsExactly(new ChunkDone("main", 1, CHUNK, crc, 16));
    }

    @Test
    void updatesInDifferentCodecsMeetInOneRound() throws Exception {
        begin(GENESIS);
        row(a.withCodec(Codec.BF16));
        accept(a, 0.5, "mean");
        row(b.withCodec(Codec.F16));
        accept(b, 0.5, "mean");
        close("mean", SGD, Rounds.accepted(a, 0.5, "mean"), Rounds.accepted(b, 0.5, "mean"));

        assertThat(published()).containsExactly(START + 6); // 4 and 8 are exact in both
    }

    static Stream<Arguments> rulesAndOptimizers() {
        return Stream.of(
                        "mean",
                        "fednova",
                        "median",
                        "trimmed-mean(f=1)",
                        "clipping(c=0.5) | mean",
                        "multi-krum(f=1)",
                        "nnm(f=1) | trimmed-mean(f=1)",
                        "centered-clipping(tau=0.5)",
                        "foolsgold")
                .flatMap(rule -> Stream.of(SGD, NESTEROV).map(o -> Arguments.of(rule, o)));
    }

    @ParameterizedTest
    @MethodSource("rulesAndOptimizers")
    void theSameCohortGivesTheSameBitsInWhateverOrderItArrives(String rule, String optimizer)
            throws Exception {
        var expected = run(rule, optimizer, new Random(0), false);
        int published = parts(optimizer) + (keeps(rule) == Kept.CENTRE ? 1 : 0);
        assertThat(expected).hasSize(ROUNDS * SmallFederation.CHUNKS * (published + 1));
        for (int seed = 1; seed <= 5; seed++) {
            assertThat(run(rule, optimizer, new Random(seed), false))
                    .as("arrival order %s", seed)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("rulesAndOptimizers")
    void aRestoreInMidRoundChangesNoBit(String rule, String optimizer) throws Exception {
        var expected = run(rule, optimizer, new Random(0), false);
        for (int seed = 1; seed <= 5; seed++) {
            assertThat(run(rule, optimizer, new Random(seed), true))
                    .as("restore %s", seed)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mean, SUMS",
        "fednova, SUMS",
        "mean, SUMS_AND_ROWS",
        "fednova, SUMS_AND_ROWS",
        "median, SUMS_AND_ROWS"
    })
    void theStateHasNamesAndPlacesOfRowsAndNotTheRows(String rule, RowMemory memory)
            throws Exception {
        assertThat(stateBytesOfASilo(rule, memory)).isLessThan(500); // a row has a kilobyte
    }

    @Test
    void whereMemoryHasNoRoomTheStateHasTheRowsThatAreHeld() throws Exception {
        assertThat(stateBytesOfASilo("median", RowMemory.SUMS)).isGreaterThan(1_000);
    }

    private static long stateBytesOfASilo(String rule, RowMemory memory) throws Exception {
        return (stateBytes(rule, memory, 64) - stateBytes(rule, memory, 4)) / 60;
    }

    /** Size of a checkpoint after every row and acceptance, before the close; 256 values. */
    private static long stateBytes(String rule, RowMemory memory, int silos) throws Exception {
        int elements = 256;
        var layout =
                new ModelLayout(
                        List.of(
                                new Block(
                                        "only",
                                        Slot.WEIGHTS,
                                        List.of(new TensorSpec("w", List.of(elements))))),
                        elements);
        var version = Altered.copy(SmallFederation.version(0), "layout", layout);
        try (var harness =
                harness(new Bootstrap(version, false, null, List.of(), List.of()), memory, 1, 0)) {
            harness.open();
            for (int i = 0; i < silos; i++) {
                var upload =
                        Upload.of("silo-" + (100 + i), 1)
                                .withChunk(0, SmallFederation.random(elements, i));
                harness.processElement1(new StreamRecord<>(LOG.sent(Rounds.row(upload, 0))));
                harness.processElement2(
                        new StreamRecord<>(Rounds.accept(upload, 1.0 / silos, rule, 0)));
            }
            return harness.snapshot(1, 0).getStateSize();
        }
    }

    private static int parts(String optimizer) {
        return optimizer.equals(NESTEROV) ? 2 : 1;
    }

    private static Kept keeps(String rule) {
        return AggregationRule.parse(rule).keeps();
    }

    /** Moments are sharded with the parameters they belong to, and move with them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sgd(lr=0.5)",
                "momentum(lr=1, momentum=0.9)",
                NESTEROV,
                "fedadagrad(lr=0.1, v0=1e-6)",
                "fedadam(lr=0.1, bias-correction=adam)",
                "fedyogi(lr=0.01, bias-correction=sqrt)"
            })
    void aServerOptimizerGoesOnAfterARescaleInMidRound(String optimizer) throws Exception {
        assertThat(rescaled(optimizer, 3)).isEqualTo(rescaled(optimizer, 1));
    }

    /** Three rounds; in the middle of the last one the chunks go to this many tasks. */
    private static List<String> rescaled(String optimizer, int tasks) throws Exception {
        var published = new ArrayList<ModelChunk>();
        var done = new ArrayList<ChunkDone>();
        var last = new ArrayList<Record>();
        OperatorSubtaskState state;
        try (var one = harness(GENESIS)) {
            one.open();
            for (int round = 1; round <= ROUNDS; round++) {
                var arrivals = arrivals(round, "mean", optimizer, new Random(round));
                int until = round < ROUNDS ? arrivals.size() : arrivals.size() / 2;
                for (var arrival : arrivals.subList(0, until)) {
                    deliver(arrival, one);
                }
                last.addAll(arrivals.subList(until, arrivals.size()));
            }
            published.addAll(one.extractOutputValues());
            done.addAll(SideOutput.of(one, AggregateChunk.DONE));
            state = one.snapshot(1, 0);
        }
        for (int task = 0; task < tasks; task++) {
            try (var next = harness(GENESIS, tasks, task)) {
                next.initializeState(
                        AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                state, ChunkKey.MAX_PARALLELISM, 1, tasks, task));
                next.open();
                for (var arrival : last) {
                    if (task(arrival, tasks) == task) {
                        deliver(arrival, next);
                    }
                }
                published.addAll(next.extractOutputValues());
                done.addAll(SideOutput.of(next, AggregateChunk.DONE));
            }
        }
        assertThat(done).hasSize(ROUNDS * SmallFederation.CHUNKS);
        return lines(published, done);
    }

    private static int task(Record arrival, int tasks) {
        var key = arrival instanceof ChunkRow row ? row.key() : ((ChunkCommand) arrival).key();
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                key, ChunkKey.MAX_PARALLELISM, tasks);
    }

    private static void deliver(
            Record arrival,
            KeyedTwoInputStreamOperatorTestHarness<ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
                    harness)
            throws Exception {
        if (arrival instanceof ChunkRow row) {
            harness.processElement1(new StreamRecord<>(LOG.sent(row)));
        } else if (arrival instanceof ChunkCommand command) {
            harness.processElement2(new StreamRecord<>(command));
        }
    }

    /**
     * Three rounds of five silos over all chunks. Seeds, rows and decisions are three streams that
     * meet in any order; only the decisions about one chunk keep theirs. Where the rule needs the
     * chunks' inner products, the weights come back among what is left to arrive.
     *
     * @return what was published and reported, one line for each chunk and part
     */
    private static List<String> run(
            String rule, String optimizer, Random random, boolean restoreInEveryRound)
            throws Exception {
        var published = new ArrayList<ModelChunk>();
        var done = new ArrayList<ChunkDone>();
        var harness = harness(GENESIS);
        harness.open();
        for (int round = 1; round <= ROUNDS; round++) {
            var arrivals = arrivals(round, rule, optimizer, random);
            var measured = new ArrayList<ChunkProducts>();
            int restoreAt = restoreInEveryRound ? random.nextInt(arrivals.size()) : -1;
            for (int i = 0; i < arrivals.size(); i++) {
                if (i == restoreAt) {
                    published.addAll(harness.extractOutputValues());
                    done.addAll(SideOutput.of(harness, AggregateChunk.DONE));
                    var checkpoint = harness.snapshot(round, 0);
                    harness.close();
                    harness = harness(GENESIS);
                    harness.initializeState(checkpoint);
                    harness.open();
                }
                deliver(arrivals.get(i), harness);
                if (measured.addAll(SideOutput.take(harness, AggregateChunk.PRODUCTS))
                        && measured.size() == SmallFederation.CHUNKS) {
                    var weights =
                            Rounds.weights(
                                    Rounds.order(round, rule, cohort(rule, round)), measured);
                    for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
                        int place = i + 1 + random.nextInt(arrivals.size() - i);
                        arrivals.add(place, ChunkCommand.weigh(Rounds.key(chunk), weights));
                    }
                }
            }
            int kept =
                    2
                            + (optimizer.equals(NESTEROV) ? 1 : 0)
                            + (keeps(rule) == Kept.NOTHING ? 0 : 1);
            assertThat(harness.numKeyedStateEntries()).isEqualTo(kept * SmallFederation.CHUNKS);
        }
        published.addAll(harness.extractOutputValues());
        done.addAll(SideOutput.of(harness, AggregateChunk.DONE));
        harness.close();
        return lines(published, done);
    }

    /** Reports are float64: they show a last bit that the published float32 would hide. */
    private static List<String> lines(List<ModelChunk> published, List<ChunkDone> done) {
        var lines = new ArrayList<String>();
        published.stream()
                .sorted(
                        Comparator.comparingInt(ModelChunk::version)
                                .thenComparingInt(ModelChunk::chunk)
                                .thenComparingInt(ModelChunk::part))
                .map(
                        m ->
                                "version %s chunk %s part %s: %s"
                                        .formatted(
                                                m.version(),
                                                m.chunk(),
                                                m.part(),
                                                Arrays.toString(m.payload())))
                .forEach(lines::add);
        done.stream()
                .sorted(
                        Comparator.comparingInt(ChunkDone::version)
                                .thenComparingInt(ChunkDone::chunk))
                .forEach(report -> lines.add(report.toString()));
        return lines;
    }

    private static List<Record> arrivals(int round, String rule, String optimizer, Random random) {
        var uploads = uploads(round);
        var rows = new ArrayList<Record>();
        var decisions = new ArrayList<Record>();
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            for (var upload : uploads) {
                rows.add(Rounds.row(upload, chunk));
                if (random.nextInt(4) == 0) {
                    rows.add(Rounds.row(upload, chunk));
                }
            }
            if (round == 1) {
                rows.add(Rounds.seed(0, chunk, 0));
            }
        }
        Collections.shuffle(rows, random);
        var order = new ArrayList<>(uploads);
        Collections.shuffle(order, random);
        for (var upload : order) {
            for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
                decisions.add(Rounds.accept(upload, weight(upload, rule), rule, chunk));
            }
        }
        var cohort = cohort(rule, round);
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            decisions.add(Rounds.close(rule, optimizer, chunk, round, true, cohort));
        }
        return merged(rows, decisions, random);
    }

    private static List<Upload> uploads(int round) {
        var uploads = new ArrayList<Upload>();
        for (var silo : List.of("silo-a", "silo-b", "silo-c", "silo-d", "silo-e")) {
            var codec = DELTAS[uploads.size() % DELTAS.length];
            uploads.add(
                    Upload.of(silo, round)
                            .withCodec(codec)
                            .withNormalizer(1 + 3.7 * uploads.size()));
        }
        return uploads;
    }

    private static List<AcceptedRow> cohort(String rule, int round) {
        return uploads(round).stream().map(u -> Rounds.accepted(u, weight(u, rule), rule)).toList();
    }

    private static double weight(Upload upload, String rule) {
        return AggregationRule.parse(rule).weighted()
                ? (upload.silo().charAt(5) - 'a' + 1) / 15.0
                : 0.2;
    }

    private static List<Record> merged(List<Record> first, List<Record> second, Random random) {
        var places = new ArrayList<Boolean>();
        places.addAll(Collections.nCopies(first.size(), true));
        places.addAll(Collections.nCopies(second.size(), false));
        Collections.shuffle(places, random);
        var fromFirst = first.iterator();
        var fromSecond = second.iterator();
        return places.stream()
                .map(p -> p ? fromFirst.next() : fromSecond.next())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private void begin(Bootstrap bootstrap) throws Exception {
        harness = harness(bootstrap);
        harness.open();
        command(Rounds.seed(0, CHUNK, 0));
    }

    private void row(Upload upload) throws Exception {
        harness.processElement1(new StreamRecord<>(LOG.sent(Rounds.row(upload, CHUNK))));
    }

    private void accept(Upload upload, double weight, String rule) throws Exception {
        command(Rounds.accept(upload, weight, rule, CHUNK));
    }

    /** Closes round 1 with this cohort, in silo-id order. */
    private void close(String rule, String optimizer, AcceptedRow... cohort) throws Exception {
        command(Rounds.close(rule, optimizer, CHUNK, 1, false, List.of(cohort)));
    }

    private void command(ChunkCommand command) throws Exception {
        harness.processElement2(new StreamRecord<>(command));
    }

    /** The first value of every parameter chunk that was published. */
    private List<Float> published() {
        return harness.extractOutputValues().stream()
                .filter(m -> m.part() == 0)
                .map(m -> decode(m)[0])
                .toList();
    }

    static float[] decode(ModelChunk chunk) {
        var values = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), values.length, values, 0);
        return values;
    }

    /** The close of round 1, as the server optimizer's second step. */
    private static ChunkCommand second(String optimizer, List<AcceptedRow> cohort) {
        return new ChunkCommand(
                Rounds.key(CHUNK),
                ChunkCommand.Kind.CLOSE,
                1,
                "mean",
                optimizer,
                2,
                SmallFederation.FOLD_QUANTUM_EXPONENT,
                1 / cohort.stream().mapToDouble(row -> row.contribution().weight()).sum(),
                cohort,
                null,
                false,
                Codec.F32,
                null);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness(Bootstrap bootstrap) throws Exception {
        return harness(bootstrap, 1, 0);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness(Bootstrap bootstrap, int tasks, int task) throws Exception {
        return harness(bootstrap, RowMemory.SUMS_AND_ROWS, tasks, task);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness(Bootstrap bootstrap, RowMemory memory, int tasks, int task) throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(
                        new AggregateChunk(
                                bootstrap, NoiseSettings.NONE, Pace.SYNCHRONOUS, LOG, memory)),
                ChunkRow::key,
                ChunkCommand::key,
                TypeInformation.of(ChunkKey.class),
                ChunkKey.MAX_PARALLELISM,
                tasks,
                task);
    }
}
