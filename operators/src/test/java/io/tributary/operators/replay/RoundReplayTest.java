package io.tributary.operators.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.kernel.EncodedRows;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Cohort;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.operators.rule.RuleState;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundReplayTest {

    private static final String SGD = "sgd(lr=1)";
    private static final String MOMENTUM = "momentum(lr=1, momentum=0.5)";
    private static final List<String> SILOS =
            List.of("silo-a", "silo-b", "silo-c", "silo-d", "silo-e");
    private static final List<Integer> FORWARD = List.of(0, 1, 2, 3);
    private static final List<Integer> BACKWARD = List.of(3, 2, 1, 0);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mean",
                "fednova",
                "median",
                "trimmed-mean(f=1)",
                "krum(f=1)",
                "nnm(f=1) | median",
                "clipping(c=0.5) | mean",
                "centered-clipping(tau=0.5)",
                "geometric-median"
            })
    void aReplayIsTheRuleOnWholeRowsInWhateverOrderChunksCome(String rule) {
        var round = round(1, rule, SGD, SILOS);
        var expected =
                AggregationRule.parse(rule)
                        .aggregate(
                                rows(1, SILOS),
                                cohort(round),
                                RoundFacts.first(SILOS.size()),
                                RuleState.NONE)
                        .result();

        var forward = made(RoundReplay.asPublished(round, genesis(), null), FORWARD);
        var backward = made(RoundReplay.asPublished(round, genesis(), null), BACKWARD);

        assertThat(backward).isEqualTo(forward);
        for (int j = 0; j < forward.length; j++) {
            assertThat((double) forward[j]).isCloseTo(expected[j], within(1e-6));
        }
    }

    @Test
    void whoWasPlannedAndDidNotComeChangesTheSharesOfThoseWhoDid() {
        var came = List.of("silo-a", "silo-c");
        var rows = rows(1, came);

        var made = made(RoundReplay.asPublished(round(1, "mean", SGD, came), genesis(), null));

        for (int j = 0; j < made.length; j++) {
            assertThat((double) made[j]).isCloseTo((rows[0][j] + rows[1][j]) / 2.0, within(1e-6));
        }
    }

    @Test
    void momentsAndCentreGoOnFromRoundToRound() {
        var rule = "centered-clipping(tau=0.5)";
        var first = RoundReplay.asPublished(round(1, rule, MOMENTUM, SILOS), genesis(), null);
        var afterFirst = made(first);
        var second = RoundReplay.asPublished(round(2, rule, MOMENTUM, SILOS), first.after(), null);
        var afterSecond = made(second);

        var parsed = AggregationRule.parse(rule);
        var cohort = cohort(round(1, rule, MOMENTUM, SILOS));
        var one =
                parsed.aggregate(
                        rows(1, SILOS), cohort, RoundFacts.first(SILOS.size()), RuleState.NONE);
        var two =
                parsed.aggregate(
                        rows(2, SILOS), cohort, RoundFacts.first(SILOS.size()), one.state());
        for (int j = 0; j < afterFirst.length; j++) {
            double step = 0.5 * one.result()[j] + two.result()[j];
            assertThat((double) afterSecond[j]).isCloseTo(afterFirst[j] + step, within(1e-5));
        }
    }

    @Test
    void aRuleWithoutAnAnswerIsReplayedAsTheJobWentOnAndRefusedWhenItIsAskedFor() {
        var round = round(1, "cosine-filter(min=0.999)", SGD, SILOS);

        var replay = RoundReplay.asPublished(round, genesis(), null);

        assertThat(made(replay)).containsOnly(0);
        assertThat(replay.weights().note()).isNotEmpty();
        var asked = RoundReplay.under("cosine-filter(min=0.999)", null, round, genesis(), null);
        assertThatThrownBy(() -> made(asked))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'cosine-filter(min=0.999)' has no answer for round 1");
    }

    @Test
    void anotherOptimizerOfTheSameMomentsGoesOnAndOneOfOthersBeginsAnew() {
        var first = RoundReplay.asPublished(round(1, "mean", MOMENTUM, SILOS), genesis(), null);
        var before = made(first);
        var moved = made(secondRound("momentum(lr=1, momentum=0)", first));
        var nesterov = made(secondRound("nesterov(lr=1, momentum=0.5)", first));
        var adam = made(secondRound("fedadam(lr=0.1, tau=1e-9)", first));
        var mean = AggregationRule.parse("mean").aggregate(rows(2, SILOS), null);

        for (int j = 0; j < before.length; j++) {
            double g = mean[j];
            double v = 0.5 * before[j] + g; // the first step was the first moment
            assertThat((double) moved[j]).isCloseTo(before[j] + g, within(1e-5));
            assertThat((double) nesterov[j]).isCloseTo(before[j] + g + 0.5 * v, within(1e-5));
            // without bias correction the first step of Adam is lr * 0.1 / sqrt(0.01) per sign
            assertThat((double) adam[j]).isCloseTo(before[j] + Math.signum(g) * 0.1, within(1e-4));
        }
    }

    /**
     * The state keeps what was not published; only the checksum and the distance are of what was.
     */
    @Test
    void aVersionInBf16IsSteppedOnInFull() {
        var exact = made(RoundReplay.asPublished(round(1, "mean", SGD, SILOS), genesis(), null));
        var replay = RoundReplay.asPublished(bf16(round(1, "mean", SGD, SILOS)), genesis(), null);
        var distance = new Distance();
        for (int chunk : FORWARD) {
            var made = replay.make(chunk, encoded(chunk, 1, SILOS));
            var payload = TensorCodec.encode(Codec.BF16, made.after());
            var published = new float[made.after().length];
            TensorCodec.decode(Codec.BF16, payload, published.length, published, 0);
            assertThat(made.crc32c()).isEqualTo(Crc32c.of(payload));
            assertThat(published).isNotEqualTo(made.after());
            distance.add(made, published);
        }

        assertThat(distance.norm()).isZero();
        for (int chunk : FORWARD) {
            var kept = new float[SmallFederation.elements(chunk)];
            replay.after().parameters().chunk(chunk).get(kept);
            var span = SmallFederation.LAYOUT.chunks().get(chunk);
            int first = (int) span.offset();
            assertThat(kept).isEqualTo(Arrays.copyOfRange(exact, first, first + kept.length));
        }
    }

    private static RecordedRound bf16(RecordedRound round) {
        var version = Altered.copy(round.version(), "codec", Codec.BF16);
        return Altered.copy(round, "version", version);
    }

    /** The second round under another optimizer, from a copy of the state after the first. */
    private static RoundReplay secondRound(String optimizer, RoundReplay first) {
        var state = first.after();
        var moments = new ArrayList<ParameterBuffer>();
        state.moments().forEach(moment -> moments.add(copy(moment)));
        var copy = new ModelState(copy(state.parameters()), moments, null);
        var round = round(2, "mean", MOMENTUM, SILOS);
        return RoundReplay.under(null, optimizer, round, copy, null);
    }

    @Test
    void whatIsNotOnTheLogIsRefused() {
        assertThatThrownBy(
                        () ->
                                RoundReplay.asPublished(
                                        round(1, "foolsgold", SGD, SILOS), genesis(), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in the job's state alone");
        var noised = round(1, "dp-mean(clip=1, noise=1)", SGD, SILOS);
        assertThatThrownBy(() -> RoundReplay.asPublished(noised, genesis(), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("secret");
        var secret = new NoiseSettings("0123456789abcdef0123456789abcdef", 1e-5);
        var noise = secret.source(SmallFederation.MODEL);
        assertThat(made(RoundReplay.asPublished(noised, genesis(), noise)))
                .isEqualTo(made(RoundReplay.asPublished(noised, genesis(), noise)));
    }

    private static float[] made(RoundReplay replay) {
        return made(replay, FORWARD);
    }

    /** Goes through the replay; returns the version, flat. */
    private static float[] made(RoundReplay replay, List<Integer> order) {
        int round = replay.round().version().version();
        var silos = replay.round().version().cohort().stream().map(CohortMember::silo).toList();
        if (replay.measures()) {
            order.forEach(chunk -> replay.measure(chunk, encoded(chunk, round, silos)));
        }
        var chunks = new TreeMap<Integer, float[]>();
        order.forEach(
                chunk ->
                        chunks.put(
                                chunk, replay.make(chunk, encoded(chunk, round, silos)).after()));
        return flat(List.copyOf(chunks.values()));
    }

    private static EncodedRows encoded(int chunk, int round, List<String> silos) {
        return new EncodedRows(
                silos.stream()
                        .map(silo -> Upload.of(silo, round).chunk(chunk))
                        .map(row -> new EncodedRows.Row(row.codec(), row.payload()))
                        .toList(),
                SmallFederation.elements(chunk));
    }

    private static float[][] rows(int round, List<String> silos) {
        return silos.stream()
                .map(silo -> flat(Upload.of(silo, round).values()))
                .toArray(float[][]::new);
    }

    private static float[] flat(List<float[]> chunks) {
        var flat = new float[(int) SmallFederation.LAYOUT.elements()];
        int next = 0;
        for (var chunk : chunks) {
            System.arraycopy(chunk, 0, flat, next, chunk.length);
            next += chunk.length;
        }
        return flat;
    }

    private static ModelState genesis() {
        return new ModelState(ParameterBuffer.allocate(SmallFederation.LAYOUT), List.of(), null);
    }

    private static ParameterBuffer copy(ParameterBuffer buffer) {
        var copy = ParameterBuffer.allocate(buffer.layout());
        copy.copyFrom(buffer);
        return copy;
    }

    private static Cohort cohort(RecordedRound round) {
        var cohort = round.version().cohort();
        return new Cohort(
                cohort.stream().map(CohortMember::silo).toList(),
                cohort.stream().mapToDouble(CohortMember::weight).toArray(),
                cohort.stream().mapToDouble(CohortMember::normalizer).toArray(),
                cohort.stream().mapToDouble(CohortMember::trainLoss).toArray());
    }

    /** A round planned for all silos, in which these came. */
    private static RecordedRound round(
            int number, String rule, String optimizer, List<String> came) {
        var uploads = came.stream().map(silo -> Upload.of(silo, number)).toList();
        return new RecordedRound(
                plan(number, rule, optimizer),
                List.of(),
                version(number - 1, rule, optimizer, List.of()),
                version(number, rule, optimizer, uploads),
                uploads.stream().map(Upload::id).toList());
    }

    private static ModelVersion version(
            int number, String rule, String optimizer, List<Upload> uploads) {
        var cohort =
                uploads.stream()
                        .map(
                                u ->
                                        new CohortMember(
                                                u.silo(),
                                                "",
                                                number,
                                                1,
                                                number - 1,
                                                1.0 / uploads.size(),
                                                u.normalizer(),
                                                10,
                                                640,
                                                u.norm(),
                                                2.5))
                        .toList();
        var steps = List.of(new Measurement(RoundPolicy.OPTIMIZER_STEPS, number));
        var version = Altered.copy(SmallFederation.version(number), "rule", rule);
        return Altered.copy(
                Altered.copy(Altered.copy(version, "serverOptimizer", optimizer), "cohort", cohort),
                "measurements",
                steps);
    }

    private static RoundPlan plan(int number, String rule, String optimizer) {
        var federation = SmallFederation.federation("mean", optimizer);
        return new RoundPlan(
                SmallFederation.MODEL,
                number,
                number - 1,
                SmallFederation.LAYOUT.digest(),
                rule,
                "extend",
                optimizer,
                Codec.F32,
                SILOS.stream().map(silo -> new SiloAssignment(silo, 0.2, 10)).toList(),
                federation.training(),
                0,
                SmallFederation.FOLD_QUANTUM_EXPONENT,
                2,
                1,
                0,
                0,
                1,
                0,
                0.5,
                1,
                1);
    }
}
