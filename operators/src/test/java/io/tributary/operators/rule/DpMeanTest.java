package io.tributary.operators.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.privacy.SecretNoise;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DpMeanTest {

    private static final String ADAPTIVE = "dp-mean(clip=1, noise=0, adaptive=true)";
    private static final NoiseSource SECRET =
            new SecretNoise("thirty-two bytes that nobody knows".getBytes(UTF_8), "main");

    @Test
    void shortensRowsAndDividesByThePlan() {
        var rows = new float[][] {{6, 8}, {0, 1}};
        assertThat(AggregationRule.parse("dp-mean(clip=5, noise=0)").aggregate(rows, null))
                .containsExactly(1.5, 2.5);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 5", "7, 33", "16, 64"})
    void isWhatTheDefinitionSays(int n, int d) {
        var rows = rows(n, d, n);
        for (double clip : new double[] {1e-3, 1, 3, 1e6}) {
            int planned = n + n / 3;
            var actual = aggregate("dp-mean(clip=" + clip + ", noise=0)", rows, planned, null);
            assertClose(actual.result(), reference(rows, clip, planned), 1e-12);
        }
    }

    static Stream<float[][]> awkward() {
        var infinite = Matrices.random(5, 3, 10);
        infinite[1][2] = Float.POSITIVE_INFINITY;
        infinite[4][0] = Float.NEGATIVE_INFINITY;
        return Stream.concat(
                Matrices.awkward(1), Stream.of(Matrices.ties(13, 3, 9), infinite, new float[4][3]));
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void isWhatTheDefinitionSaysOnAwkwardRows(float[][] rows) {
        int planned = rows.length + 2;
        // shorter than all rows, as long as one, and longer than all
        for (double clip : new double[] {1e-50, Math.max(1e-44, norm(rows[0])), 1e38}) {
            var actual = aggregate("dp-mean(clip=" + clip + ", noise=0)", rows, planned, null);
            Vectors.assertClose(actual.result(), reference(rows, clip, planned), 1e-12);
        }
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void theNextClippingNormIsWhatTheDefinitionSaysOnAwkwardRows(float[][] rows) {
        int planned = rows.length + 2;
        for (var row : rows) {
            double clip = norm(row); // with ties several norms are just within
            if (clip > 0 && Double.isFinite(clip)) {
                double sum = 0; // of the bits, shifted so that a missing silo is 0
                for (var other : rows) {
                    sum += norm(other) <= clip ? 0.5 : -0.5;
                }
                double followed = clip * Math.exp(-0.2 * (0.5 + sum / planned - 0.5));
                // it does not go below the normal float32 values, whatever the rows are
                double expected = Math.max(followed, Float.MIN_NORMAL);
                assertThat(nextNorm(ADAPTIVE, rows, planned, clip) / expected)
                        .isCloseTo(1, within(1e-14));
            }
        }
    }

    @Test
    void withoutNoiseAndWithAWideClipItIsTheUniformMean() {
        var rows = rows(9, 40, 3);
        var mean = AggregationRule.parse("mean").aggregate(rows, null);
        var wide = AggregationRule.parse("dp-mean(clip=1e30, noise=0)").aggregate(rows, null);
        assertClose(wide, mean, 1e-12);
    }

    @Test
    void aMissingSiloCountsAsZeros() {
        var rows = rows(6, 20, 4);
        var all = rows.clone();
        all[5] = new float[20];
        var present = Arrays.copyOf(rows, 5);
        var rule = "dp-mean(clip=2, noise=0)";
        assertClose(
                aggregate(rule, present, 6, null).result(),
                aggregate(rule, all, 6, null).result(),
                1e-15);
    }

    @Test
    void oneSiloMovesItByNoMoreThanItsPart() {
        int n = 8;
        double clip = 0.7;
        var rule = "dp-mean(clip=" + clip + ", noise=0)";
        var random = new SplittableRandom(5);
        for (int trial = 0; trial < 50; trial++) {
            var rows = rows(n, 12, trial);
            var before = aggregate(rule, rows, n, null).result();
            var without = aggregate(rule, Arrays.copyOf(rows, n - 1), n, null).result();
            assertThat(distance(before, without)).isLessThanOrEqualTo(clip / n * (1 + 1e-9));
            var replaced = rows.clone();
            replaced[n - 1] = new float[12];
            float scale = (float) Math.pow(10, random.nextInt(-3, 30));
            for (int j = 0; j < 12; j++) {
                replaced[n - 1][j] = scale * (float) random.nextDouble(-1, 1);
            }
            var after = aggregate(rule, replaced, n, null).result();
            assertThat(distance(before, after)).isLessThanOrEqualTo(2 * clip / n * (1 + 1e-9));
        }
    }

    @Test
    void aRowOfInfiniteNormCountsAsZeros() {
        var rows = new float[][] {{3, 4}, {Float.NEGATIVE_INFINITY, 1}};
        var result = aggregate("dp-mean(clip=5, noise=0)", rows, 2, null).result();
        assertThat(result).containsExactly(1.5, 2);
        var next = aggregate(ADAPTIVE, rows, 2, null);
        assertThat(next.state().scalars().get("clipping-norm"))
                .isEqualTo(Math.exp(-0.2 * (0 - 0.5)));
    }

    @Test
    void scaledRowsAndClipScaleTheResult() {
        var rows = rows(5, 10, 6);
        var scaled = new float[5][10];
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 10; j++) {
                scaled[i][j] = 1024 * rows[i][j];
            }
        }
        var one = aggregate("dp-mean(clip=1.5, noise=0)", rows, 5, null).result();
        var other = aggregate("dp-mean(clip=1536, noise=0)", scaled, 5, null).result();
        for (int j = 0; j < 10; j++) {
            assertThat(other[j]).isCloseTo(1024 * one[j], within(1e-9));
        }
    }

    @Test
    void noiseHasTheDeviationOfTheSensitivityTimesTheMultiplier() {
        int d = 20_000;
        var rows = rows(4, d, 7);
        var silent = aggregate("dp-mean(clip=3, noise=0)", rows, 5, null).result();
        var noisy = aggregate("dp-mean(clip=3, noise=2)", rows, 5, SECRET);
        double expected = 2 * 3 / 5.0;
        assertThat(noisy.weighing().noiseDeviation()).isEqualTo(expected);
        assertThat(distance(noisy.result(), silent) / Math.sqrt(d))
                .isCloseTo(expected, within(0.03 * expected));
    }

    @Test
    void adaptiveNoiseLeavesTheBitsTheirPart() {
        int m = 40;
        double z = 1.5;
        var noisy =
                aggregate("dp-mean(clip=2, noise=1.5, adaptive=true)", rows(m, 3, 8), m, SECRET);
        double sigmaB = m / 20.0;
        double zDeltas = Math.pow(Math.pow(z, -2) - Math.pow(2 * sigmaB, -2), -0.5);
        assertThat(noisy.weighing().noiseDeviation()).isCloseTo(zDeltas * 2 / m, within(1e-12));
        // the two parts cost together what was asked for
        assertThat(1 / (zDeltas * zDeltas) + 1 / (4 * sigmaB * sigmaB))
                .isCloseTo(1 / (z * z), within(1e-12));
    }

    @Test
    void theClippingNormFollowsTheShareOfNormsWithinIt() {
        // norms 0.5, 1, 2, 4, 8; the bound itself is within
        var rows = new float[][] {{0.5f}, {1}, {2}, {4}, {8}};
        double next = nextNorm(ADAPTIVE, rows, 5, 1);
        assertThat(next).isCloseTo(Math.exp(-0.2 * (2 / 5.0 - 0.5)), within(1e-15));
        double other =
                nextNorm("dp-mean(noise=0, adaptive=true, quantile=0.9, rate=0.5)", rows, 5, 4.0);
        assertThat(other).isCloseTo(4 * Math.exp(-0.5 * (4 / 5.0 - 0.9)), within(1e-15));
    }

    @Test
    void theClippingNormGrowsWhileMostNormsAreAboveItAndShrinksWhileMostAreWithin() {
        var rows = rows(10, 30, 9);
        assertThat(nextNorm(ADAPTIVE, rows, 10, 1e-3)).isGreaterThan(1e-3);
        assertThat(nextNorm(ADAPTIVE, rows, 10, 1e3)).isLessThan(1e3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 1, 1e3})
    void theClippingNormSettlesAtTheQuantile(double first) {
        int m = 101;
        var rows = new float[m][1];
        for (int i = 0; i < m; i++) {
            rows[i][0] = 1 + i / 100f; // norms 1 to 2, evenly
        }
        double norm = first;
        for (int round = 0; round < 400; round++) {
            norm =
                    nextNorm(
                            "dp-mean(noise=0, adaptive=true, quantile=0.25, rate=0.1)",
                            rows,
                            m,
                            norm);
        }
        assertThat(norm).isCloseTo(1.25, within(0.02));
    }

    @Test
    void withNoiseTheClippingNormStillFollows() {
        int m = 100;
        var rows = rows(m, 5, 10);
        var rule = AggregationRule.parse("dp-mean(noise=1, adaptive=true)");
        Map<String, Double> scalars = Map.of(DpMean.CLIPPING_NORM, 1e-2);
        for (int round = 1; round <= 150; round++) {
            scalars =
                    rule.aggregate(
                                    rows,
                                    Cohort.uniform(m),
                                    new RoundFacts(round, m, scalars, SECRET),
                                    RuleState.NONE)
                            .state()
                            .scalars();
        }
        double median =
                Arrays.stream(rows)
                        .mapToDouble(DpMeanTest::norm)
                        .sorted()
                        .skip(m / 2)
                        .findFirst()
                        .orElseThrow();
        assertThat(scalars.get(DpMean.CLIPPING_NORM)).isCloseTo(median, within(0.1 * median));
    }

    @Test
    void aSiloMovesTheCountOfNormsByHalf() {
        // The budget takes a bit for one that moves its sum by 1/2, also when its silo stays away.
        var rows = new float[][] {{0.5f}, {0.5f}, {9}, {9}};
        double all = share(nextNorm(ADAPTIVE, rows, 4, 1));
        double withoutOneAbove = share(nextNorm(ADAPTIVE, Arrays.copyOf(rows, 3), 4, 1));
        double withoutOneWithin = share(nextNorm(ADAPTIVE, Arrays.copyOfRange(rows, 1, 4), 4, 1));
        assertThat(all).isCloseTo(0.5, within(1e-12));
        assertThat(withoutOneAbove - all).isCloseTo(0.5 / 4, within(1e-12));
        assertThat(withoutOneWithin - all).isCloseTo(-0.5 / 4, within(1e-12));
    }

    @Test
    void theSameRoundHasTheSameBitsAndTheNextOneOthers() {
        var rows = rows(30, 10, 11);
        var rule = "dp-mean(noise=1, adaptive=true)";
        var once = aggregate(rule, rows, 30, SECRET);
        var again = aggregate(rule, rows, 30, SECRET);
        assertThat(again.result()).isEqualTo(once.result());
        assertThat(again.state().scalars()).isEqualTo(once.state().scalars());
        var facts = new RoundFacts(2, 30, Map.of(), SECRET);
        var next =
                AggregationRule.parse(rule)
                        .aggregate(rows, Cohort.uniform(30), facts, RuleState.NONE);
        assertThat(next.result()).isNotEqualTo(once.result());
        assertThat(next.state().scalars()).isNotEqualTo(once.state().scalars());
    }

    @Test
    void aFixedClipIgnoresWhatAnAdaptiveOneLeftBehind() {
        var facts = new RoundFacts(2, 1, Map.of(DpMean.CLIPPING_NORM, 100.0), null);
        var aggregation =
                AggregationRule.parse("dp-mean(clip=2, noise=0)")
                        .aggregate(new float[][] {{8}}, Cohort.uniform(1), facts, RuleState.NONE);
        assertThat(aggregation.result()).containsExactly(2);
        assertThat(aggregation.state().scalars()).isEmpty();
    }

    @Test
    void refusesABudgetThatTheBitsAloneWouldSpend() {
        var rule = AggregationRule.parse("dp-mean(noise=1, adaptive=true)");
        assertThatThrownBy(() -> rule.checkPlanned(10))
                .hasMessage(
                        "dp-mean(adaptive=true) needs noise < m/10 = 1.0 for m = 10 planned silos,"
                                + " got noise=1.0: counting the norms alone would cost more; plan more"
                                + " silos, lower the noise, or use a fixed clip");
        rule.checkPlanned(11);
        AggregationRule.parse("dp-mean(noise=1)").checkPlanned(1);
        var facts = new RoundFacts(1, 10, Map.of(), SECRET);
        assertThatThrownBy(
                        () ->
                                rule.aggregate(
                                        rows(10, 2, 1), Cohort.uniform(10), facts, RuleState.NONE))
                .hasMessageContaining("needs noise < m/10");
    }

    @Test
    void refusesNoiseWithoutASecret() {
        assertThatThrownBy(
                        () ->
                                AggregationRule.parse("dp-mean(clip=1, noise=0.5)")
                                        .aggregate(new float[][] {{1}}, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dp-mean(noise=0.5) has no secret to draw its noise with");
    }

    @Test
    void refusesWhatWouldBreakItsSensitivity() {
        var rows = new float[][] {{1}, {2}};
        var rule = AggregationRule.parse("dp-mean(noise=0)");
        assertThatThrownBy(() -> rule.aggregate(rows, new double[] {1, 2}))
                .hasMessageContaining("no well-founded form for unequal weights");
        assertThatThrownBy(() -> aggregate("dp-mean(noise=0)", rows, 1, null))
                .hasMessage("dp-mean: 2 rows came for a round that was planned for 1 silos");
        assertThatThrownBy(() -> AggregationRule.parse("fednova | dp-mean"))
                .hasMessage(
                        "'fednova | dp-mean': dp-mean bounds what one silo can move, and mixed or"
                                + " stretched rows break the bound; no step can stand before it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "dp-mean(clip=0) | dp-mean: clip must be > 0, got clip=0.0",
                "dp-mean(noise=-1) | dp-mean: noise must be >= 0, got noise=-1.0",
                "dp-mean(noise=NaN) | dp-mean: noise must be >= 0, got noise=NaN",
                "dp-mean(adaptive=true, quantile=2) | dp-mean: quantile must be in [0, 1], got"
                        + " quantile=2.0",
                "dp-mean(adaptive=true, rate=0) | dp-mean: rate must be in (0, 1], got rate=0.0",
                "dp-mean(rate=0.2) | 'dp-mean(rate=0.2)': quantile and rate belong to"
                        + " adaptive=true",
                "dp-mean(adaptive=yes) | 'dp-mean(adaptive=yes)': adaptive must be true or false,"
                        + " got 'yes'"
            })
    void refusesParametersOutOfRange(String specification, String message) {
        assertThatThrownBy(() -> AggregationRule.parse(specification)).hasMessage(message);
    }

    @Test
    void tellsTheAccountantItsNoise() {
        assertThat(AggregationRule.parse("dp-mean(noise=1.5)").noiseMultiplier()).isEqualTo(1.5);
        assertThat(AggregationRule.parse("mean").noiseMultiplier()).isZero();
    }

    private static Aggregation aggregate(
            String rule, float[][] rows, int planned, @Nullable NoiseSource noise) {
        return AggregationRule.parse(rule)
                .aggregate(
                        rows,
                        Cohort.uniform(rows.length),
                        new RoundFacts(1, planned, Map.of(), noise),
                        RuleState.NONE);
    }

    private static double nextNorm(String rule, float[][] rows, int planned, double norm) {
        return AggregationRule.parse(rule)
                .aggregate(
                        rows,
                        Cohort.uniform(rows.length),
                        new RoundFacts(1, planned, Map.of("clipping-norm", norm), null),
                        RuleState.NONE)
                .state()
                .scalars()
                .get("clipping-norm");
    }

    /** The share of norms that moved a clipping norm of 1, for quantile 0.5 and rate 0.2. */
    private static double share(double next) {
        return 0.5 - Math.log(next) / 0.2;
    }

    private static double[] reference(float[][] rows, double clip, int planned) {
        var sum = new double[rows[0].length];
        for (var row : rows) {
            double shrink = Math.min(1, clip / norm(row));
            for (int j = 0; j < sum.length; j++) {
                sum[j] += shrink == 0 ? 0 : shrink * row[j] / planned;
            }
        }
        return sum;
    }

    private static double norm(float[] row) {
        double squares = 0;
        for (float value : row) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    private static double distance(double[] a, double[] b) {
        double squares = 0;
        for (int j = 0; j < a.length; j++) {
            squares += (a[j] - b[j]) * (a[j] - b[j]);
        }
        return Math.sqrt(squares);
    }

    private static void assertClose(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int j = 0; j < actual.length; j++) {
            assertThat(actual[j]).isCloseTo(expected[j], within(tolerance));
        }
    }

    private static float[][] rows(int n, int d, int seed) {
        var random = new SplittableRandom(seed);
        var rows = new float[n][d];
        for (var row : rows) {
            double scale = Math.exp(random.nextDouble(-1, 1));
            for (int j = 0; j < d; j++) {
                row[j] = (float) (scale * random.nextDouble(-1, 1));
            }
        }
        return rows;
    }
}
