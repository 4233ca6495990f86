package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import java.util.Arrays;
import java.util.SplittableRandom;
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
                TrimmedMean.ofFraction(0.2));
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
        var trimmed = (TrimmedMean) rule;
        int k = trimmed.f() >= 0 ? trimmed.f() : (int) (trimmed.fraction() * n);
        return Arrays.stream(column, k, n - k).average().orElseThrow();
    }

    private static double[] combine(CoordinateWiseRule rule, float[][] rows) {
        var weights = new double[rows.length];
        Arrays.fill(weights, 1);
        return Passes.columns(new FloatRows(rows), null, () -> rule.combiner(weights));
    }
}
