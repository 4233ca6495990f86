package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import io.tributary.operators.round.WeighingOrder;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Cohort;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.operators.rule.RuleState;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.wire.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeighCohortTest {

    private static final String KRUM = "multi-krum(f=1)";

    /** What stays once a round is weighed: order, weights, and which round was measured. */
    private static final int KEPT = 3;

    private KeyedTwoInputStreamOperatorTestHarness<
                    String, ChunkProducts, WeighingOrder, RoundWeights>
            harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void theWeightsComeWithTheLastPartOrTheOrderAndAreTheSameInAnyOrder() throws Exception {
        byte[] expected = null;
        for (int orderAt = 0; orderAt <= SmallFederation.CHUNKS; orderAt++) {
            for (int seed = 0; seed < 4; seed++) {
                close();
                open();
                var events = new ArrayList<Record>(parts(uploads(1)));
                Collections.shuffle(events, new Random(seed));
                events.add(orderAt, order(1, KRUM));

                send(events.subList(0, SmallFederation.CHUNKS));
                assertThat(published()).isEmpty();
                send(events.subList(SmallFederation.CHUNKS, events.size()));

                var weights = Wire.encode(only());
                expected = expected == null ? weights : expected;
                assertThat(weights).as("order at %s, seed %s", orderAt, seed).isEqualTo(expected);
                assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "krum(f=1)",
                "multi-krum(f=1)",
                "geometric-median",
                "mda(f=1)",
                "monna(f=1, trusted=silo-b)",
                "nnm(f=1) | trimmed-mean(f=1)",
                "bulyan(f=1)"
            })
    void aRuleOnAModelInChunksIsTheRuleOnWholeRows(String rule) throws Exception {
        var uploads = uploads(1);
        send(parts(uploads));
        send(order(1, rule));

        var whole =
                AggregationRule.parse(rule)
                        .aggregate(
                                wholeRows(uploads),
                                members(uploads),
                                new RoundFacts(1, uploads.size(), Map.of(), null),
                                RuleState.NONE)
                        .weighing();
        var weights = only();
        assertThat(weights.rule()).isEqualTo(AggregationRule.parse(rule).toString());
        assertThat(weights.note()).isEmpty();
        assertThat(weights.silos()).isEqualTo(uploads.stream().map(Upload::silo).toList());
        assertThat(weights.uploads()).isEqualTo(uploads.stream().map(Upload::id).toList());
        assertThat(weights.selected()).containsExactly(whole.selected());
        if (whole.coefficients() != null) {
            assertThat(weights.coefficients()).containsExactly(whole.coefficients(), CLOSE);
            assertThat(weights.rows()).isZero();
        } else {
            assertThat(weights.mixing()).containsExactly(whole.mixing().toRowMajor(), CLOSE);
            assertThat(weights.weights()).containsExactly(whole.weights(), CLOSE);
        }
    }

    @Test
    void aRestoreInTheMiddleChangesNoBit() throws Exception {
        var events = new ArrayList<Record>(parts(uploads(1)));
        events.add(2, order(1, KRUM));
        send(events);
        var expected = Wire.encode(only());

        for (int cut = 0; cut <= events.size(); cut++) {
            close();
            open();
            send(events.subList(0, cut));
            var before = published();
            var checkpoint = harness.snapshot(1, 0);
            close();
            harness = harness();
            harness.initializeState(checkpoint);
            harness.open();
            send(events.subList(cut, events.size()));

            var all = Stream.concat(before.stream(), published().stream()).toList();
            assertThat(all).as("restored after %s", cut).hasSize(1);
            assertThat(Wire.encode(all.get(0))).isEqualTo(expected);
        }
    }

    @Test
    void anOrderThatComesAgainIsAnsweredWithTheSameBytes() throws Exception {
        send(order(1, KRUM));
        send(order(1, KRUM)); // before the weights are known there is nothing to repeat
        send(parts(uploads(1)));
        var first = Wire.encode(only());

        send(order(1, KRUM));
        var checkpoint = harness.snapshot(1, 0);
        assertThat(published()).hasSize(2);
        close();
        harness = harness();
        harness.initializeState(checkpoint);
        harness.open();
        send(order(1, KRUM));

        assertThat(Wire.encode(only())).isEqualTo(first);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
    }

    /** The chunks had the weights of round 1 from the log, and not all of them had measured. */
    @Test
    void aNewerRoundDiscardsTheLeftoversOfAnOlderOne() throws Exception {
        send(order(1, KRUM));
        send(parts(uploads(1)).subList(1, SmallFederation.CHUNKS));
        send(order(2, KRUM));
        send(parts(uploads(2)));
        var disturbed = only();

        close();
        open();
        send(parts(uploads(2)));
        send(order(2, KRUM));

        assertThat(Wire.encode(disturbed)).isEqualTo(Wire.encode(only()));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(KEPT);
    }

    @Test
    void aPartOfAnOlderRoundThatComesLateDisturbsNothing() throws Exception {
        var late = parts(uploads(1)).get(0);
        var parts = parts(uploads(2));
        send(order(2, KRUM));
        send(parts.subList(0, 2));
        send(late);
        send(parts.subList(2, parts.size()));

        assertThat(only().round()).isEqualTo(2);
    }

    @Test
    void theRoundsOfALineFollowOneAnother() throws Exception {
        for (int round = 1; round <= 3; round++) {
            send(parts(uploads(round)));
            send(order(round, KRUM));
        }
        assertThat(published()).extracting(RoundWeights::round).containsExactly(1, 2, 3);
    }

    @Test
    void withoutAnAnswerAndAStandInTheCombinedDeltaIsZeroAndTheNoteSaysWhy() throws Exception {
        send(parts(opposite()));
        send(order(opposite(), "cosine-filter(min=1)", "extend"));

        var weights = only();
        assertThat(weights.note()).contains("cosine-filter").contains("cancel");
        assertThat(weights.coefficients()).containsExactly(0, 0);
        assertThat(weights.noiseDeviation()).isZero();
    }

    @Test
    void withoutAnAnswerTheFallbacksRuleStandsInAndTheNoteSaysWhy() throws Exception {
        send(parts(opposite()));
        send(order(opposite(), "cosine-filter(min=1)", "mean"));

        var weights = only();
        assertThat(weights.rule()).isEqualTo("mean");
        assertThat(weights.note()).contains("cosine-filter").contains("cancel");
        assertThat(weights.coefficients()).containsExactly(0.5, 0.5);
    }

    @Test
    void aStandInWithoutAnAnswerIsToldInTheNoteToo() throws Exception {
        send(parts(opposite()));
        send(order(opposite(), "cosine-filter(min=1)", "cosine-filter(min=0.5)"));

        var weights = only();
        assertThat(weights.note()).contains("; and cosine-filter");
        assertThat(weights.coefficients()).containsExactly(0, 0);
    }

    /** Grams summed by chunk and those of whole rows differ in their last bits. */
    private static final Offset<Double> CLOSE = within(1e-12);

    private static List<Upload> uploads(int round) {
        return IntStream.range(0, 7)
                .mapToObj(i -> Upload.of("silo-" + (char) ('a' + i), round))
                .toList();
    }

    private static List<Upload> opposite() {
        var one = Upload.of("silo-a", 1);
        var other = Upload.of("silo-b", 1);
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            var values = one.values().get(chunk).clone();
            for (int j = 0; j < values.length; j++) {
                values[j] = -values[j];
            }
            other = other.withChunk(chunk, values);
        }
        return List.of(one, other);
    }

    private static List<ChunkProducts> parts(List<Upload> uploads) {
        return IntStream.range(0, SmallFederation.CHUNKS)
                .mapToObj(
                        chunk ->
                                new ChunkProducts(
                                        SmallFederation.MODEL,
                                        uploads.get(0).id().round(),
                                        chunk,
                                        Passes.products(
                                                new FloatRows(
                                                        uploads.stream()
                                                                .map(u -> u.values().get(chunk))
                                                                .toArray(float[][]::new)))))
                .toList();
    }

    private static float[][] wholeRows(List<Upload> uploads) {
        int length = SmallFederation.LAYOUT.chunks().stream().mapToInt(c -> c.elements()).sum();
        var rows = new float[uploads.size()][length];
        for (int i = 0; i < rows.length; i++) {
            int at = 0;
            for (var chunk : uploads.get(i).values()) {
                System.arraycopy(chunk, 0, rows[i], at, chunk.length);
                at += chunk.length;
            }
        }
        return rows;
    }

    private static Cohort members(List<Upload> uploads) {
        int n = uploads.size();
        var weights = new double[n];
        Arrays.fill(weights, 1.0 / n);
        return new Cohort(
                uploads.stream().map(Upload::silo).toList(),
                weights,
                uploads.stream().mapToDouble(Upload::normalizer).toArray(),
                new double[n]);
    }

    private static WeighingOrder order(int round, String rule) {
        return order(uploads(round), rule, "extend");
    }

    private static WeighingOrder order(List<Upload> uploads, String rule, String fallback) {
        var cohort =
                uploads.stream().map(u -> Rounds.accepted(u, 1.0 / uploads.size(), rule)).toList();
        var order = Rounds.order(uploads.get(0).id().round(), rule, cohort);
        return Altered.copy(order, "fallback", fallback);
    }

    private void send(List<? extends Record> events) throws Exception {
        for (var event : events) {
            send(event);
        }
    }

    private void send(Record event) throws Exception {
        if (event instanceof ChunkProducts part) {
            harness.processElement1(new StreamRecord<>(part));
        } else {
            harness.processElement2(new StreamRecord<>((WeighingOrder) event));
        }
    }

    private List<RoundWeights> published() {
        return harness.extractOutputValues();
    }

    private RoundWeights only() {
        assertThat(published()).hasSize(1);
        return published().get(0);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    String, ChunkProducts, WeighingOrder, RoundWeights>
            harness() throws Exception {
        var genesis = new Bootstrap(SmallFederation.version(0), false, null, List.of(), List.of());
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new WeighCohort(genesis)),
                ChunkProducts::model,
                WeighingOrder::model,
                Types.STRING);
    }
}
