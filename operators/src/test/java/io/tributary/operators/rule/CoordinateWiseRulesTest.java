package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CoordinateWiseRulesTest {

    private static final int D = 700;

    static Stream<CoordinateWiseRule> rules() {
        return Stream.of(
                new Median(),
                TrimmedMean.ofCount(0),
                TrimmedMean.ofCount(2),
                TrimmedMean.ofFraction(0.2),
                MeanAroundMedian.meamed(0),
                MeanAroundMedian.meamed(2),
                MeanAroundMedian.dropping("bulyan", 4));
    }

    static Stream<CoordinateWiseRule> weightedRules() {
        return Stream.of(
                new Median(),
                TrimmedMean.ofCount(0),
                TrimmedMean.ofCount(2),
                TrimmedMean.ofFraction(0),
                TrimmedMean.ofFraction(0.2),
                TrimmedMean.ofFraction(0.45));
    }

    @Test
    void medianIsTheMiddleValueOrTheMidpointOfTheTwo() {
        assertThat(combine(new Median(), new float[][] {{1}, {9}, {4}, {5}})).containsExactly(4.5);
        assertThat(combine(new Median(), new float[][] {{1}, {9}, {4}})).containsExactly(4);
    }

    @Test
    void trimmedMeanDropsTheEndsOfEveryCoordinate() {
        assertThat(combine(TrimmedMean.ofCount(1), new float[][] {{1, 2}, {4, 5}, {7, 80}}))
                .containsExactly(4, 5);
        assertThat(combine(TrimmedMean.ofFraction(0.34), new float[][] {{1, 2}, {4, 5}, {7, 80}}))
                .containsExactly(4, 5);
    }

    @Test
    void aFractionThatBinaryNumbersOnlyComeCloseToTrimsTheWholeNumberItMeans() {
        var rows = new float[100][1];
        for (int i = 0; i < rows.length; i++) {
            rows[i][0] = i * i; // lopsided: every row trimmed shows in the mean
        }
        // 0.29 * 100 is 28.999999999999996: 29 are meant from each end
        assertThat(combine(TrimmedMean.ofFraction(0.29), rows))
                .isEqualTo(combine(TrimmedMean.ofCount(29), rows));
        assertThat(combine(TrimmedMean.ofCount(28), rows))
                .isNotEqualTo(combine(TrimmedMean.ofCount(29), rows));
    }

    @Test
    void meamedIsTheMeanOfTheValuesNearestToTheMedian() {
        assertThat(aggregate("meamed(f=1)", new float[][] {{1}, {2}, {4}, {9}}))
                .containsExactly(7 / 3.0);
        assertThat(aggregate("meamed(f=0)", new float[][] {{1}, {5}})).containsExactly(3);
    }

    @Test
    void meamedLeavesOutTheLargerOfTwoValuesThatAreEquallyFar() {
        assertThat(aggregate("meamed(f=1)", new float[][] {{3}, {2}, {1}})).containsExactly(1.5);
    }

    @Test
    void meamedNeedsAMajorityOfHonestRowsAndEqualWeights() {
        assertThatThrownBy(() -> aggregate("meamed(f=2)", new float[4][1]))
                .hasMessage("meamed needs at least 5 rows to leave out 2, got n=4");
        assertThatThrownBy(() -> AggregationRule.parse("meamed"))
                .hasMessageContaining("give f, the number of faulty rows to tolerate");
        assertThatThrownBy(() -> AggregationRule.parse("meamed(f=-1)"))
                .hasMessage("meamed: f must be >= 0, got f=-1");
        assertThatThrownBy(
                        () ->
                                AggregationRule.parse("meamed(f=1)")
                                        .aggregate(new float[3][1], new double[] {1, 2, 3}))
                .hasMessageContaining("no well-founded form for unequal weights");
    }

    @Test
    void theSecondPhaseOfBulyanLeavesOutRowsOfThoseItIsGiven() {
        var rule = MeanAroundMedian.dropping("bulyan", 2);
        assertThat(combine(rule, new float[][] {{8}, {1}, {3}, {2}, {90}}))
                .containsExactly(2); // nearest to 3: 3, 2, 1
        assertThatThrownBy(() -> combine(rule, new float[2][1]))
                .hasMessage("bulyan needs at least 3 rows to leave out 2, got n=2");
    }

    @Test
    void outliersDoNotTakeTheirRoundingErrorsAlong() {
        var rows = new float[][] {{1e-3f}, {2e-3f}, {3e-3f}, {-3e38f}, {3e38f}};
        assertThat(combine(MeanAroundMedian.meamed(2), rows)[0]).isCloseTo(2e-3, within(1e-9));
        assertThat(combine(TrimmedMean.ofCount(1), rows)[0]).isCloseTo(2e-3, within(1e-9));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void infiniteMinoritiesAreLeftOut(CoordinateWiseRule rule) {
        if (rule.equals(TrimmedMean.ofCount(0)) || rule.equals(MeanAroundMedian.meamed(0))) {
            return; // they leave nothing out
        }
        var rows = rows(10, 4);
        for (float value : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Arrays.fill(rows[3], value);
            Arrays.fill(rows[7], -value);
            var result = combine(rule, rows);
            for (int j = 0; j < D; j++) {
                assertThat(result[j]).isBetween(-1.0, 1.0);
            }
        }
    }

    @Test
    void meamedStaysAtAnInfiniteMedian() {
        float infinity = Float.POSITIVE_INFINITY;
        var high = new float[][] {{1}, {infinity}, {infinity}, {infinity}, {2}};
        assertThat(combine(MeanAroundMedian.meamed(2), high)).containsExactly(infinity);
        var low = new float[][] {{1}, {-infinity}, {-infinity}, {-infinity}, {2}};
        assertThat(combine(MeanAroundMedian.meamed(2), low)).containsExactly(-infinity);
    }

    @Test
    void medianByWeightIsWhereTheWeightsPassTheirHalf() {
        var rows = new float[][] {{1}, {9}, {4}, {5}};
        assertThat(weighted("median", rows, 1, 3, 1, 2)).containsExactly(5);
        assertThat(weighted("median", rows, 1, 9, 1, 1)).containsExactly(9);
        // 1 and 4 make exactly half
        assertThat(weighted("median", rows, 0.1, 0.3, 0.2 + 0.1, 0.1)).containsExactly(4.5);
        assertThat(weighted("median", new float[][] {{-2}, {6}}, 2, 1)).containsExactly(-2);
    }

    @Test
    void trimmedMeanByWeightTrimsAMassFromEachEnd() {
        var rows = new float[][] {{1}, {4}, {8}};
        assertThat(weighted("trimmed-mean(fraction=0.25)", rows, 1, 2, 1)).containsExactly(4);
        // a third of the weight from each end: half of 4 and a third of 8 are left
        assertThat(weighted("trimmed-mean(f=1)", rows, 1, 2, 3)[0])
                .isCloseTo((1 * 4 + 1 * 8) / 2.0, within(1e-12));
    }

    @ParameterizedTest
    @MethodSource("weightedRules")
    void weightsAgreeWithTheDefinition(CoordinateWiseRule rule) {
        for (int n = 5; n <= 17; n += 3) {
            var rows = rows(n, n);
            rows[1] = rows[0].clone();
            rows[2][3] = Float.MIN_VALUE;
            rows[3][4] = Float.POSITIVE_INFINITY;
            rows[4][4] = -0.0f;
            var weights = new SplittableRandom(n).doubles(n, 0.1, 3).toArray();
            weights[3] = 0.1;
            var result = combine(rule, rows, weights);
            for (int j = 0; j < D; j++) {
                double expected = reference(rule, rows, weights, j);
                if (Double.isInfinite(expected)) {
                    assertThat(result[j]).isEqualTo(expected);
                } else {
                    assertThat(result[j]).isCloseTo(expected, within(1e-12));
                }
            }
        }
    }

    /** Of 20 repeated rows, every fraction here trims a whole number. */
    @ParameterizedTest
    @MethodSource("weightedRules")
    void wholeWeightsAreRepetitions(CoordinateWiseRule rule) {
        if (rule instanceof TrimmedMean trimmed && trimmed.f() > 0) {
            return; // a count is a count of rows, however heavy
        }
        int[] times = {3, 1, 5, 2, 1, 7, 1};
        var rows = rows(times.length, 5);
        var weights = Arrays.stream(times).asDoubleStream().toArray();
        var repeated = new float[20][];
        int next = 0;
        for (int i = 0; i < times.length; i++) {
            for (int k = 0; k < times[i]; k++) {
                repeated[next++] = rows[i];
            }
        }
        var expected = combine(rule, repeated);
        var result = combine(rule, rows, weights);
        for (int j = 0; j < D; j++) {
            assertThat(result[j]).isCloseTo(expected[j], within(1e-12));
        }
    }

    @ParameterizedTest
    @MethodSource("weightedRules")
    void equalWeightsGiveTheBitsOfNoWeights(CoordinateWiseRule rule) {
        var rows = rows(9, 6);
        var weights = new double[9];
        Arrays.fill(weights, 0.3);
        assertThat(combine(rule, rows, weights)).isEqualTo(combine(rule, rows));
    }

    @ParameterizedTest
    @MethodSource("weightedRules")
    void almostEqualWeightsMoveTheResultHardly(CoordinateWiseRule rule) {
        var rows = rows(10, 7); // every fraction trims a whole number, but 0.45
        var weights = new double[10];
        Arrays.fill(weights, 0.1);
        weights[4] *= 1 + 1e-14;
        var expected = combine(rule, rows);
        var result = combine(rule, rows, weights);
        if (rule.equals(TrimmedMean.ofFraction(0.45))) {
            return; // floor(4.5) rows, or 4.5 of them
        }
        for (int j = 0; j < D; j++) {
            assertThat(result[j]).isCloseTo(expected[j], within(1e-9));
        }
    }

    @Test
    void trimmedMeanNeedsMoreRowsThanItTrims() {
        assertThatThrownBy(() -> combine(TrimmedMean.ofCount(2), new float[4][3]))
                .hasMessage("trimmed-mean needs n > 2f, got n=4, f=2");
        assertThatThrownBy(() -> AggregationRule.parse("trimmed-mean(f=-1)"))
                .hasMessage("trimmed-mean: f must be >= 0, got f=-1");
        assertThatThrownBy(() -> AggregationRule.parse("trimmed-mean"))
                .hasMessageContaining("give either f (a count) or fraction");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void agreesWithItsDefinitionOverSizesTiesAndSubnormals(CoordinateWiseRule rule) {
        for (int n = 5; n <= 20; n++) {
            var rows = rows(n, n);
            rows[1] = rows[0].clone(); // ties in every coordinate
            rows[2][3] = Float.MIN_VALUE;
            var result = combine(rule, rows);
            for (int j = 0; j < D; j++) {
                assertThat(result[j]).isCloseTo(reference(rule, rows, j), within(1e-12));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theOrderOfSilosIsIrrelevant(CoordinateWiseRule rule) {
        var rows = rows(11, 1);
        var shuffled = rows.clone();
        for (int i = 0; i < shuffled.length; i++) {
            shuffled[i] = rows[(i * 7 + 3) % rows.length];
        }
        assertThat(combine(rule, shuffled)).isEqualTo(combine(rule, rows));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void scalingByAPowerOfTwoScalesTheResult(CoordinateWiseRule rule) {
        var rows = rows(9, 2);
        var doubled = rows(9, 2);
        for (var row : doubled) {
            for (int j = 0; j < D; j++) {
                row[j] *= -2; // and mirrors it
            }
        }
        var result = combine(rule, rows);
        var scaled = combine(rule, doubled);
        for (int j = 0; j < D; j++) {
            assertThat(scaled[j]).isCloseTo(-2 * result[j], within(1e-12));
        }
    }

    @Test
    void severalThreadsGiveTheSameBits() {
        var rows = new float[7][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new float[70_000];
            System.arraycopy(rows(1, i)[0], 0, rows[i], 69_000, D);
        }
        var cohort = Cohort.weighted(new double[] {1, 2, 3, 1, 2, 3, 1});
        for (var text : new String[] {"median", "trimmed-mean(f=2)", "mean"}) {
            var rule = AggregationRule.parse(text);
            var one = rule.aggregate(rows, cohort, RoundFacts.first(7), RuleState.NONE);
            var two = rule.aggregate(rows, cohort, RoundFacts.first(7), RuleState.NONE, 2);
            assertThat(two.result()).isEqualTo(one.result());
        }
    }

    @Test
    void faultySilosCannotLeaveTheHonestRange() {
        int n = 11;
        int f = 2;
        for (CoordinateWiseRule rule :
                new CoordinateWiseRule[] {new Median(), TrimmedMean.ofCount(f)}) {
            var rows = rows(n, 3);
            Arrays.fill(rows[4], Float.MAX_VALUE);
            Arrays.fill(rows[9], -Float.MAX_VALUE);
            var result = combine(rule, rows);
            for (int j = 0; j < D; j++) {
                double low = Double.POSITIVE_INFINITY;
                double high = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < n; i++) {
                    if (i != 4 && i != 9) {
                        low = Math.min(low, rows[i][j]);
                        high = Math.max(high, rows[i][j]);
                    }
                }
                assertThat(result[j]).isBetween(low, high);
            }
        }
    }

    private static float[][] rows(int n, int seed) {
        var random = new SplittableRandom(seed);
        var rows = new float[n][D];
        for (var row : rows) {
            for (int j = 0; j < D; j++) {
                row[j] = (float) random.nextDouble(-1, 1);
            }
        }
        return rows;
    }

    private static double reference(CoordinateWiseRule rule, float[][] rows, int j) {
        double[] column = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            column[i] = rows[i][j];
        }
        Arrays.sort(column);
        int n = column.length;
        if (rule instanceof Median) {
            return (column[(n - 1) / 2] + column[n / 2]) / 2;
        }
        if (rule instanceof MeanAroundMedian around) {
            double median = (column[(n - 1) / 2] + column[n / 2]) / 2;
            return Arrays.stream(column)
                    .boxed()
                    .sorted(Comparator.comparingDouble(x -> Math.abs(x - median))) // stable
                    .limit(n - around.dropped())
                    .mapToDouble(x -> x)
                    .average()
                    .orElseThrow();
        }
        var trimmed = (TrimmedMean) rule;
        int k = trimmed.f() >= 0 ? trimmed.f() : (int) (trimmed.fraction() * n);
        return Arrays.stream(column, k, n - k).average().orElseThrow();
    }

    /** By weight, from the definitions. */
    private static double reference(
            CoordinateWiseRule rule, float[][] rows, double[] weights, int j) {
        int n = rows.length;
        double total = Arrays.stream(weights).sum();
        var order =
                IntStream.range(0, n)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> rows[i][j]))
                        .toList();
        if (rule instanceof Median) {
            // convex and linear between the values: the minimum is at one of them
            return order.stream()
                    .mapToDouble(i -> rows[i][j])
                    .filter(Double::isFinite)
                    .boxed()
                    .min(Comparator.comparingDouble(y -> deviation(rows, weights, j, y)))
                    .orElseThrow();
        }
        var trimmed = (TrimmedMean) rule;
        double mass = total * (trimmed.f() >= 0 ? (double) trimmed.f() / n : trimmed.fraction());
        double sum = 0;
        double before = 0;
        for (int i : order) {
            double kept = Math.min(before + weights[i], total - mass) - Math.max(before, mass);
            if (kept > 1e-9) {
                sum += kept * rows[i][j];
            }
            before += weights[i];
        }
        return sum / (total - 2 * mass);
    }

    private static double deviation(float[][] rows, double[] weights, int j, double y) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            if (Float.isFinite(rows[i][j])) {
                sum += weights[i] * Math.abs(rows[i][j] - y);
            } else {
                sum -= weights[i] * y * Math.signum(rows[i][j]); // up to a constant
            }
        }
        return sum;
    }

    private static double[] aggregate(String rule, float[][] rows) {
        return AggregationRule.parse(rule).aggregate(rows, null);
    }

    private static double[] weighted(String rule, float[][] rows, double... weights) {
        return AggregationRule.parse(rule).aggregate(rows, weights);
    }

    private static double[] combine(CoordinateWiseRule rule, float[][] rows) {
        var weights = new double[rows.length];
        Arrays.fill(weights, 1);
        return combine(rule, rows, weights);
    }

    private static double[] combine(CoordinateWiseRule rule, float[][] rows, double[] weights) {
        return Passes.columns(new FloatRows(rows), null, () -> rule.combiner(weights));
    }
}
