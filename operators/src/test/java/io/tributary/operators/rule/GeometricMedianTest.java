package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeometricMedianTest {

    private static final String CONVERGED = "geometric-median(iterations=100, nu=1e-6)";
    private static final int D = 37;

    @Test
    void theFirstStepWeighsByNorms() {
        // 1/1 and 1/1 against 1/2: (1 + 1 - 1) / 2.5
        assertThat(aggregate("geometric-median(iterations=1)", new float[][] {{1}, {1}, {-2}})[0])
                .isCloseTo(0.4, within(1e-15));
    }

    @Test
    void threeStepsAndATenthAreTheDefault() {
        var rows = Matrices.random(7, D, 1);
        assertThat(aggregate("geometric-median", rows))
                .isEqualTo(aggregate("geometric-median(iterations=3, nu=0.1)", rows));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 100})
    void agreesWithItsDefinition(int iterations) {
        for (int n = 1; n <= 12; n++) {
            var duplicates = Matrices.random(n, D, n);
            duplicates[n - 1] = duplicates[0].clone();
            for (double nu : new double[] {0.1, 1e-6}) {
                assertAgrees(Matrices.random(n, D, 13L * n), iterations, nu, 1e-12);
                assertAgrees(Matrices.random(n, 1031, n), iterations, nu, 1e-12);
                assertAgrees(duplicates, iterations, nu, 1e-12);
                assertAgrees(Matrices.ties(n, D, n), iterations, nu, 1e-12);
                assertAgrees(
                        Matrices.affine(Matrices.random(n, D, n), 1e-40, 0), iterations, nu, 1e-12);
                assertAgrees(new float[n][D], iterations, nu, 0);
            }
        }
    }

    @Test
    void isThePointOfLeastMeanDistance() {
        for (int n = 3; n <= 16; n++) {
            var rows = Matrices.random(n, D, n);
            var weights = weights(n, n);
            var z = AggregationRule.parse(CONVERGED).aggregate(rows, weights);
            assertThat(length(pull(rows, weights, z))).as("n=%s", n).isLessThan(1e-6);
        }
    }

    @Test
    void findsAMedianThatIsARow() {
        var rows = new float[][] {{5, 0}, {0, 0}, {0, 7}, {0.5f, 0.25f}, {0, -1}, {-2, 0}};
        var z = aggregate(CONVERGED, rows);
        assertThat(z[0]).isCloseTo(0, within(3e-6));
        assertThat(z[1]).isCloseTo(0, within(3e-6));
    }

    @Test
    void inOneDimensionItIsTheMedian() {
        assertThat(aggregate(CONVERGED, new float[][] {{-3}, {100}, {2}, {7}, {1}})[0])
                .isCloseTo(2, within(1e-5));
    }

    @Test
    void aCommonOffsetCostsDigitsAndNothingElse() {
        for (int n = 5; n <= 11; n++) {
            assertAgrees(Matrices.affine(Matrices.random(n, D, n), 1, 1e4), 100, 1e-6, 1e-7);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e3f, 1e10f, 1e20f, 3e38f})
    void rowsVeryFarAwayMoveItNoMoreThanRowsFarAway(float far) {
        var rows = Matrices.random(11, D, 2);
        for (int i : new int[] {1, 4, 5, 9}) {
            rows[i] = Matrices.constant(D, far);
        }
        assertAgrees(rows, 100, 1e-6, 1e-10);
        double largest = 0;
        for (int i : new int[] {0, 2, 3, 6, 7, 8, 10}) {
            largest = Math.max(largest, length(Matrices.doubles(rows)[i]));
        }
        // Lopuhaa and Rousseeuw: 2 (n - f) / (n - 2 f) times the longest honest row
        assertThat(length(aggregate(CONVERGED, rows))).isLessThan(2 * 7.0 / 3.0 * largest);
    }

    @Test
    void infiniteRowsHaveNoPull() {
        var rows = Matrices.random(6, D, 3);
        var finite = Matrices.pick(rows, 1, 2, 4, 5);
        rows[0] = Matrices.constant(D, Float.POSITIVE_INFINITY);
        rows[3][5] = Float.NEGATIVE_INFINITY;
        for (var rule : new String[] {"geometric-median(iterations=1)", CONVERGED}) {
            assertClose(aggregate(rule, rows), aggregate(rule, finite), 1e-14);
            assertThatThrownBy(() -> aggregate(rule, Matrices.pick(rows, 0, 3)))
                    .hasMessageContaining("geometric-median: all rows are infinite");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"geometric-median", CONVERGED})
    void aWeightIsARepetition(String rule) {
        var rows = Matrices.random(5, D, 4);
        var repeated = Matrices.pick(rows, 0, 1, 1, 2, 2, 2, 3, 4, 4);
        assertClose(
                AggregationRule.parse(rule).aggregate(rows, new double[] {1, 2, 3, 1, 2}),
                aggregate(rule, repeated),
                1e-13);
    }

    @ParameterizedTest
    @ValueSource(strings = {"geometric-median", CONVERGED})
    void theScaleOfTheWeightsIsIrrelevant(String rule) {
        var rows = Matrices.random(5, D, 5);
        var weights = weights(5, 6);
        assertThat(
                        AggregationRule.parse(rule)
                                .aggregate(rows, Arrays.stream(weights).map(w -> w / 64).toArray()))
                .isEqualTo(AggregationRule.parse(rule).aggregate(rows, weights));
    }

    @Test
    void theOrderOfRowsIsIrrelevant() {
        var rows = Matrices.random(11, D, 7);
        assertClose(
                aggregate(CONVERGED, Matrices.pick(rows, Matrices.order(11, 8))),
                aggregate(CONVERGED, rows),
                1e-13);
    }

    @Test
    void convergedItMovesAndScalesWithTheRows() {
        var rows = Matrices.ties(9, D, 9);
        var expected = aggregate(CONVERGED, rows);
        assertClose(
                aggregate(CONVERGED, Matrices.affine(rows, -8, 16)),
                Arrays.stream(expected).map(x -> -8 * x + 16).toArray(),
                1e-9);
    }

    @Test
    void parametersThatCannotBeAreRefused() {
        assertThatThrownBy(() -> AggregationRule.parse("geometric-median(iterations=0)"))
                .hasMessage("geometric-median: iterations must be >= 1, got iterations=0");
        assertThatThrownBy(() -> AggregationRule.parse("geometric-median(nu=0)"))
                .hasMessage("geometric-median: nu must be above 0 and finite, got nu=0.0");
        assertThatThrownBy(() -> AggregationRule.parse("geometric-median(f=1)"))
                .hasMessageContaining("geometric-median has no parameter f");
    }

    private static void assertAgrees(float[][] rows, int iterations, double nu, double tolerance) {
        var weights = weights(rows.length, 17);
        assertClose(
                AggregationRule.parse(
                                "geometric-median(iterations=%s, nu=%s)".formatted(iterations, nu))
                        .aggregate(rows, weights),
                Definitions.geometricMedian(Matrices.doubles(rows), weights, iterations, nu),
                tolerance);
    }

    /** The gradient of the mean distance at z, with its sign turned. */
    private static double[] pull(float[][] rows, double[] weights, double[] z) {
        var exact = Matrices.doubles(rows);
        var pull = new double[z.length];
        double sum = Arrays.stream(weights).sum();
        for (int i = 0; i < exact.length; i++) {
            double distance = Definitions.distance(exact[i], z);
            for (int j = 0; j < z.length; j++) {
                pull[j] += weights[i] / sum * (exact[i][j] - z[j]) / distance;
            }
        }
        return pull;
    }

    private static double length(double[] vector) {
        return Definitions.distance(vector, new double[vector.length]);
    }

    private static double[] weights(int n, long seed) {
        return new SplittableRandom(seed).doubles(n, 0.5, 2).toArray();
    }

    private static void assertClose(double[] actual, double[] expected, double tolerance) {
        double scale = length(expected);
        for (int j = 0; j < expected.length; j++) {
            assertThat(actual[j]).isCloseTo(expected[j], within(tolerance * scale));
        }
    }

    private static double[] aggregate(String rule, float[][] rows) {
        return AggregationRule.parse(rule).aggregate(rows, null);
    }
}
