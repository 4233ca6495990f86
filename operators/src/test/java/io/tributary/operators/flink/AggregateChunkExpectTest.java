package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.flink.ChunkCommand.Kind;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.Pace;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.update.UpdateChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are added before their update is whole, and what becomes of them. */
class AggregateChunkExpectTest {

    private static final int CHUNK = 2;
    private static final String SGD = "sgd(lr=1)";
    private static final double WEIGHT = 1.0 / 3;
    private static final Codec[] DELTAS = {Codec.F32, Codec.BF16, Codec.F16};
    private static final Bootstrap GENESIS =
            new Bootstrap(SmallFederation.version(0), false, null, List.of(), List.of());

    /** What is kept of a chunk in any case: version and parameters. */
    private static final int KEPT = 2;

    private final Upload a = Upload.of("silo-a", 1).withNormalizer(3);
    private final Upload b = Upload.of("silo-b", 1).withNormalizer(7);
    private final SentRows log = new SentRows();

    private KeyedTwoInputStreamOperatorTestHarness<ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness;

    @BeforeEach
    void open() throws Exception {
        harness = begun(log);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExpectedRowIsAddedAtOnceAndNotKept(boolean rowFirst) throws Exception {
        if (rowFirst) {
            row(a);
            say(Kind.EXPECT, a);
        } else {
            say(Kind.EXPECT, a);
            row(a);
        }
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT + 2); // accepted, places
        say(Kind.ACCEPT, a);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT + 2); // accepted, places
        row(a); // once more
        close(a);

        assertThat(parameters(harness)).isEqualTo(undisturbed(a));
        assertThat(log.reads()).isZero();
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
    }

    @Test
    void whatIsExpectedIsInNoVersionUntilItIsAccepted() throws Exception {
        say(Kind.EXPECT, a);
        row(a);
        say(Kind.ACCEPT, b);
        close(b);
        assertThat(harness.extractOutputValues()).isEmpty();

        say(Kind.WITHDRAW, a);
        row(b);

        assertThat(parameters(harness)).isEqualTo(undisturbed(b));
    }

    @Test
    void aWithdrawnRowIsReadFromWhereItWasAndLeavesNoTrace() throws Exception {
        say(Kind.EXPECT, a);
        say(Kind.EXPECT, b);
        row(a);
        row(b);
        say(Kind.WITHDRAW, a);
        assertThat(log.reads()).isEqualTo(1);
        row(a); // once more
        say(Kind.ACCEPT, b);
        close(b);

        assertThat(parameters(harness)).isEqualTo(undisturbed(b));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
    }

    /** As it is when a record that was on its way is restored from a checkpoint. */
    @Test
    void aRowWhosePayloadStayedInAProcessThatIsGoneIsReadFromTheLog() throws Exception {
        var row = log.sent(Rounds.row(a, CHUNK));
        say(Kind.ACCEPT, a);
        harness.processElement1(
                new StreamRecord<>(
                        row.with(row.chunk().withPayload(new byte[0]), new RowTicket(1, 1, 1))));
        close(a);

        assertThat(parameters(harness)).isEqualTo(undisturbed(a));
        assertThat(log.reads()).isEqualTo(1);
    }

    /** The sum is in no checkpoint: it is made again of the rows that are on the log. */
    @Test
    void aTaskThatIsStartedAnewMakesTheSumAgain() throws Exception {
        say(Kind.EXPECT, a);
        say(Kind.EXPECT, b);
        row(a);
        harness = restored(harness, log);
        row(b);
        harness = restored(harness, log);
        say(Kind.ACCEPT, a);
        say(Kind.ACCEPT, b);
        harness = restored(harness, log);
        close(a, b);

        assertThat(parameters(harness)).isEqualTo(undisturbed(a, b));
        assertThat(log.reads()).isEqualTo(3); // a before b was added, and both for the close
    }

    @Test
    void whatIsWithdrawnAfterARestartLeavesNoTrace() throws Exception {
        say(Kind.EXPECT, a);
        say(Kind.EXPECT, b);
        row(a);
        row(b);
        harness = restored(harness, log);
        say(Kind.WITHDRAW, a);
        say(Kind.ACCEPT, b);
        close(b);

        assertThat(parameters(harness)).isEqualTo(undisturbed(b));
    }

    @Test
    void aRowThatIsWithdrawnBeforeItComesIsDropped() throws Exception {
        say(Kind.EXPECT, a);
        say(Kind.WITHDRAW, a);
        row(a);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT + 1); // where it is
        row(b);
        say(Kind.ACCEPT, b);
        close(b);

        assertThat(parameters(harness)).isEqualTo(undisturbed(b));
        assertThat(log.reads()).isZero();
    }

    /** Rows of the second attempt may be read while the first is still expected. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void aLaterAttemptOfTheSiloCounts(boolean firstCame, boolean secondCameBefore)
            throws Exception {
        var second = a.withAttempt(2).withChunk(CHUNK, 4, 3, 2, 1);
        say(Kind.EXPECT, a);
        if (firstCame) {
            row(a);
        }
        if (secondCameBefore) {
            row(second);
        }
        say(Kind.WITHDRAW, a);
        say(Kind.ACCEPT, second);
        row(a);
        row(second);
        close(second);

        assertThat(parameters(harness)).isEqualTo(undisturbed(second));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
    }

    @Test
    void rowsOfOtherAttemptsGoWithTheAcceptance() throws Exception {
        say(Kind.EXPECT, a);
        row(a);
        row(a.withAttempt(2));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT + 3); // + the held row
        say(Kind.ACCEPT, a);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT + 2);
        row(a.withAttempt(3));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT + 2);
    }

    /** The same place on the log, whatever the silo has put elsewhere under the same number. */
    @Test
    void aRowIsTakenOutByWhereItWasAndNotByItsNumber() throws Exception {
        var other = a.withChunk(CHUNK, 100, 100, 100, 100);
        var twice = Altered.copy(Rounds.row(other, CHUNK), "offset", 999L);
        say(Kind.EXPECT, a);
        row(a);
        harness.processElement1(new StreamRecord<>(log.sent(twice)));
        say(Kind.WITHDRAW, a);
        row(b);
        say(Kind.ACCEPT, b);
        close(b);

        assertThat(parameters(harness)).isEqualTo(undisturbed(b));
    }

    /** The grid resolves 2^-40 and holds values up to 2^12; behind them the sum is not exact. */
    @Test
    void valuesThatTheGridDoesNotHoldAreNotAddedBeforeSomebodyHasDecided() throws Exception {
        var huge = a.withChunk(CHUNK, 1e30f, 4097, 0, 0);
        var large = b.withNormalizer(0.5).withChunk(CHUNK, 2049, 0, 0, 0); // per unit of work
        for (var upload : List.of(huge, large)) {
            say(Kind.EXPECT, upload);
            row(upload);
            say(Kind.WITHDRAW, upload);
        }
        var c = Upload.of("silo-c", 1);
        row(c);
        say(Kind.ACCEPT, c);
        close(c);

        assertThat(parameters(harness)).isEqualTo(undisturbed(c));
        assertThat(log.reads()).isZero();
    }

    @Test
    void aRowThatWasHeldBackIsAddedWhenItIsAcceptedAllTheSame() throws Exception {
        var large = a.withChunk(CHUNK, 4097, 0, 0, 0);
        say(Kind.EXPECT, large);
        row(large);
        say(Kind.ACCEPT, large);
        close(large);

        assertThat(parameters(harness)).isEqualTo(undisturbed(large));
    }

    /** Its manifest announces a delta; that this is none is known when all has come. */
    @Test
    void aRelaysSumIsNotAddedAsADelta() throws Exception {
        var delta = Rounds.row(a, CHUNK);
        var sum =
                new UpdateChunk(
                        SmallFederation.MODEL,
                        a.id(),
                        CHUNK,
                        Codec.F64,
                        SmallFederation.elements(CHUNK),
                        5,
                        1,
                        new byte[Double.BYTES * SmallFederation.elements(CHUNK)]);
        say(Kind.EXPECT, a);
        harness.processElement1(new StreamRecord<>(Altered.copy(delta, "chunk", sum)));
        say(Kind.WITHDRAW, a);
        row(b);
        say(Kind.ACCEPT, b);
        close(b);

        assertThat(parameters(harness)).isEqualTo(undisturbed(b));
    }

    /** A part of a sum beside the delta of one chunk: what is read again must be what was added. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void aRelaysSecondPartDoesNotTakeThePlaceOfADelta(boolean rowsFirst, boolean deltaFirst)
            throws Exception {
        var delta = log.sent(Rounds.row(a, CHUNK));
        var part =
                new UpdateChunk(
                        SmallFederation.MODEL, a.id(), CHUNK, Codec.F64, 1, 5, 1, 1, new byte[8]);
        var second =
                log.sent(new ChunkRow(Rounds.key(CHUNK), a.silo(), part, delta.partition(), 7, 0));
        if (!rowsFirst) {
            say(Kind.EXPECT, a);
        }
        for (var row : deltaFirst ? List.of(delta, second) : List.of(second, delta)) {
            harness.processElement1(new StreamRecord<>(row));
        }
        if (rowsFirst) {
            say(Kind.EXPECT, a);
        }
        say(Kind.WITHDRAW, a);
        harness.processElement1(new StreamRecord<>(second));
        row(b);
        say(Kind.ACCEPT, b);
        close(b);

        assertThat(parameters(harness)).isEqualTo(undisturbed(b));
        assertThat(log.reads()).isEqualTo(1);
    }

    /** A plan of the same number may be made anew for other silos, and then for these again. */
    @Test
    void anUploadThatWasWithdrawnCanBeAcceptedAfterAll() throws Exception {
        say(Kind.EXPECT, a);
        row(a);
        say(Kind.EXPECT, b);
        say(Kind.WITHDRAW, a);
        say(Kind.WITHDRAW, b);
        row(b);
        say(Kind.ACCEPT, a);
        say(Kind.ACCEPT, b);
        close(a, b);

        assertThat(parameters(harness)).isEqualTo(undisturbed(a, b));
        assertThat(log.reads()).isEqualTo(3); // a to take it out and to add it again, b to add it
    }

    @Test
    void theRoundThatIsPlannedAnewUnderItsNumberBeginsWithAnEmptySum() throws Exception {
        for (var upload : List.of(a, b)) {
            say(Kind.EXPECT, upload);
            row(upload);
        }
        say(Kind.WITHDRAW, a);
        say(Kind.WITHDRAW, b);
        var c = Upload.of("silo-c", 1);
        say(Kind.EXPECT, c);
        row(c);
        say(Kind.ACCEPT, c);
        close(c);

        assertThat(parameters(harness)).isEqualTo(undisturbed(c));
    }

    @Test
    void aRollBackForgetsWhatWasExpected() throws Exception {
        say(Kind.EXPECT, a);
        row(a);
        var rolledBack =
                new ChunkCommand(
                        Rounds.key(CHUNK),
                        Kind.ROLL_BACK,
                        1,
                        "",
                        "",
                        0,
                        0,
                        0,
                        List.of(),
                        null,
                        true,
                        Codec.F32,
                        SmallFederation.published(0, CHUNK, 0));
        harness.processElement2(new StreamRecord<>(rolledBack));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);

        row(a);
        say(Kind.WITHDRAW, a); // of the round that was given up
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
        assertThat(log.reads()).isZero();
    }

    @Test
    void whatItReadsWithIsClosedWithTheRound() throws Exception {
        for (var upload : List.of(a, b)) {
            say(Kind.EXPECT, upload);
            row(upload);
        }
        say(Kind.WITHDRAW, a);
        say(Kind.WITHDRAW, b);
        assertThat(log.unclosed()).isEqualTo(1);
        row(a.withAttempt(2));
        say(Kind.ACCEPT, a.withAttempt(2));
        close(a.withAttempt(2));

        assertThat(log.unclosed()).isZero();
    }

    @Test
    void aRowThatIsGoneFromTheLogStopsTheJobWithWhatTheLogSays() throws Exception {
        say(Kind.EXPECT, a);
        harness.processElement1(new StreamRecord<>(Rounds.row(a, CHUNK)));

        assertThatThrownBy(() -> say(Kind.WITHDRAW, a))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the row of silo-a is gone");
        harness.close();
        assertThat(log.unclosed()).isZero();
    }

    /**
     * Five silos send up to three attempts each, which are expected and withdrawn at random before,
     * between and after their rows, through restores; the version has the bits of one that was made
     * of the accepted rows alone.
     */
    @ParameterizedTest
    @ValueSource(strings = {"mean", "fednova"})
    void whateverWasExpectedAndWithdrawnTheBitsAreThoseOfTheRest(String rule) throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var story = story(rule, random);
            var sent = new SentRows();
            var running = begun(sent);
            for (var record : story.records()) {
                if (random.nextInt(12) == 0) {
                    running = restored(running, sent);
                }
                if (record instanceof ChunkRow row) {
                    running.processElement1(new StreamRecord<>(sent.sent(row)));
                } else {
                    running.processElement2(new StreamRecord<>((ChunkCommand) record));
                }
            }
            running.processElement2(new StreamRecord<>(story.close()));
            var made = parameters(running);
            assertThat(running.numKeyedStateEntries()).isEqualTo(KEPT);
            running.close();

            assertThat(made).as("seed %s", seed).isEqualTo(story.undisturbed());
        }
    }

    private record Story(
            String rule, List<Record> records, List<Upload> cohort, Map<Upload, Double> weights) {

        ChunkCommand close() {
            var rows = cohort.stream().map(u -> Rounds.accepted(u, weights.get(u), rule)).toList();
            return Rounds.close(rule, SGD, CHUNK, 1, false, rows);
        }

        float[] undisturbed() throws Exception {
            var harness = begun(new SentRows());
            for (var upload : cohort) {
                harness.processElement1(new StreamRecord<>(Rounds.row(upload, CHUNK)));
                harness.processElement2(
                        new StreamRecord<>(
                                Rounds.accept(upload, weights.get(upload), rule, CHUNK)));
            }
            harness.processElement2(new StreamRecord<>(close()));
            var made = parameters(harness);
            harness.close();
            return made;
        }
    }

    /** Decisions about each silo in an order that the coordinator could give them in. */
    private static Story story(String rule, Random random) {
        var weights = new HashMap<Upload, Double>();
        var cohort = new ArrayList<Upload>();
        var lines = new ArrayList<List<Record>>();
        for (int silo = 0; silo < 5; silo++) {
            var decisions = new ArrayList<Record>();
            int attempts = 1 + random.nextInt(3);
            for (int attempt = 1; attempt <= attempts; attempt++) {
                var upload = upload(silo, attempt, random);
                double weight = (silo + 1) / 15.0;
                weights.put(upload, weight);
                lines.add(List.of(Rounds.row(upload, CHUNK)));
                boolean counts = attempt == attempts && (silo == 0 || random.nextInt(3) > 0);
                if (!counts || random.nextBoolean()) {
                    decisions.add(Rounds.about(Kind.EXPECT, upload, weight, rule, CHUNK));
                    if (!counts || random.nextInt(3) == 0) {
                        decisions.add(Rounds.about(Kind.WITHDRAW, upload, weight, rule, CHUNK));
                    }
                }
                if (counts) {
                    decisions.add(Rounds.accept(upload, weight, rule, CHUNK));
                    cohort.add(upload);
                }
            }
            lines.add(decisions);
        }
        return new Story(rule, merged(lines, random), cohort, weights);
    }

    private static Upload upload(int silo, int attempt, Random random) {
        var values = SmallFederation.random(SmallFederation.elements(CHUNK), random.nextLong());
        return Upload.of("silo-" + (char) ('a' + silo), 1)
                .withAttempt(attempt)
                .withCodec(DELTAS[silo % DELTAS.length])
                .withNormalizer(1 + 3.7 * silo)
                .withChunk(CHUNK, values);
    }

    /** Keeps the order within each line. */
    private static List<Record> merged(List<List<Record>> lines, Random random) {
        var turns = new ArrayList<Integer>();
        for (int line = 0; line < lines.size(); line++) {
            turns.addAll(Collections.nCopies(lines.get(line).size(), line));
        }
        Collections.shuffle(turns, random);
        var next = new int[lines.size()];
        var merged = new ArrayList<Record>();
        for (int line : turns) {
            merged.add(lines.get(line).get(next[line]++));
        }
        return merged;
    }

    private void row(Upload upload) throws Exception {
        harness.processElement1(new StreamRecord<>(log.sent(Rounds.row(upload, CHUNK))));
    }

    private void say(Kind kind, Upload upload) throws Exception {
        harness.processElement2(
                new StreamRecord<>(Rounds.about(kind, upload, WEIGHT, "mean", CHUNK)));
    }

    private void close(Upload... cohort) throws Exception {
        harness.processElement2(new StreamRecord<>(closing(cohort)));
    }

    private static ChunkCommand closing(Upload... cohort) {
        var rows = Arrays.stream(cohort).map(u -> Rounds.accepted(u, WEIGHT, "mean")).toList();
        return Rounds.close("mean", SGD, CHUNK, 1, false, rows);
    }

    /** The version of these uploads alone. */
    private static float[] undisturbed(Upload... cohort) throws Exception {
        var alone = begun(SentRows.NONE);
        for (var upload : cohort) {
            alone.processElement1(new StreamRecord<>(Rounds.row(upload, CHUNK)));
            alone.processElement2(new StreamRecord<>(Rounds.accept(upload, WEIGHT, "mean", CHUNK)));
        }
        alone.processElement2(new StreamRecord<>(closing(cohort)));
        var made = parameters(alone);
        alone.close();
        return made;
    }

    private static float[] parameters(
            KeyedTwoInputStreamOperatorTestHarness<?, ?, ?, ModelChunk> harness) {
        var made = harness.extractOutputValues().stream().filter(m -> m.part() == 0).toList();
        assertThat(made).hasSize(1);
        return AggregateChunkTest.decode(made.get(0));
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            restored(
                    KeyedTwoInputStreamOperatorTestHarness<
                                    ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
                            before,
                    SentRows log)
                    throws Exception {
        OperatorSubtaskState checkpoint = before.snapshot(1, 0);
        before.close();
        var after = harness(log);
        after.initializeState(checkpoint);
        after.open();
        return after;
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            begun(SentRows log) throws Exception {
        var harness = harness(log);
        harness.open();
        harness.processElement2(new StreamRecord<>(Rounds.seed(0, CHUNK, 0)));
        return harness;
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ChunkKey, ChunkRow, ChunkCommand, ModelChunk>
            harness(SentRows log) throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(
                        new AggregateChunk(
                                GENESIS,
                                NoiseSettings.NONE,
                                Pace.SYNCHRONOUS,
                                log,
                                RowMemory.SUMS_AND_ROWS)),
                ChunkRow::key,
                ChunkCommand::key,
                TypeInformation.of(ChunkKey.class));
    }
}
