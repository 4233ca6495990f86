package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CenteredClippingTest {

    private static final int D = 37;

    @Test
    void rowsPullTheCentreNoFurtherThanTau() {
        var rule = AggregationRule.parse("centered-clipping(tau=1)");
        assertThat(rule.aggregate(new float[][] {{0.5f}, {100}}, null)).containsExactly(0.75);
    }

    @Test
    void withALargeTauItIsTheMean() {
        var rows = Matrices.random(6, D, 1);
        assertClose(
                AggregationRule.parse("centered-clipping").aggregate(rows, null),
                AggregationRule.parse("mean").aggregate(rows, null),
                1e-14);
    }

    @Test
    void theCentreIsKeptBetweenRounds() {
        var rule = AggregationRule.parse("centered-clipping(tau=1)");
        var first = aggregate(rule, new float[][] {{10}}, RuleState.NONE);
        var second = aggregate(rule, new float[][] {{10}}, first.state());
        var third = aggregate(rule, new float[][] {{1.5f}}, second.state());
        assertThat(first.result()).containsExactly(1);
        assertThat(second.result()).containsExactly(2);
        assertThat(third.result()).containsExactly(1.5);
        assertThat(third.state().centre()).containsExactly(1.5f);
        assertThat(rule.keeps()).isEqualTo(Kept.CENTRE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 50})
    void agreesWithItsDefinition(int iterations) {
        for (int n = 1; n <= 12; n++) {
            var duplicates = Matrices.random(n, D, n);
            duplicates[n - 1] = duplicates[0].clone();
            for (double tau : new double[] {0.5, 3, 100}) {
                assertAgrees(Matrices.random(n, D, 11L * n), tau, iterations, 1e-12);
                assertAgrees(Matrices.random(n, 1031, n), tau, iterations, 1e-12);
                assertAgrees(duplicates, tau, iterations, 1e-12);
                assertAgrees(Matrices.ties(n, D, n), tau, iterations, 1e-12);
                assertAgrees(
                        Matrices.affine(Matrices.random(n, D, n), 1, 1e4), tau, iterations, 1e-9);
                var subnormal = Matrices.affine(Matrices.random(n, D, n), 1e-40, 0);
                assertAgrees(subnormal, tau, iterations, 1e-12);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e3f, 1e10f, 1e20f, 3e38f})
    void rowsHoweverFarMoveItByNoMoreThanTheirShareOfTau(float far) {
        var rows = Matrices.random(10, D, 2);
        var honest = AggregationRule.parse("centered-clipping(tau=2)").aggregate(rows, null);
        rows[3] = Matrices.constant(D, far);
        rows[8] = Matrices.constant(D, -far);
        rows[9] = Matrices.constant(D, far);
        assertAgrees(rows, 2, 5, 1e-10);
        var attacked = AggregationRule.parse("centered-clipping(tau=2)").aggregate(rows, null);
        assertThat(Definitions.distance(attacked, honest)).isLessThan(2 * 2 * 3 / 10.0 + 1e-9);
    }

    @Test
    void infiniteRowsDoNotPullAndStillCount() {
        var rows = new float[][] {{Float.POSITIVE_INFINITY}, {4}, {Float.NEGATIVE_INFINITY}, {2}};
        assertThat(AggregationRule.parse("centered-clipping").aggregate(rows, null))
                .containsExactly(1.5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void aWeightIsARepetition(int iterations) {
        var rule = AggregationRule.parse("centered-clipping(tau=2, iterations=" + iterations + ")");
        var rows = Matrices.random(5, D, 4);
        assertClose(
                rule.aggregate(rows, new double[] {1, 2, 3, 1, 2}),
                rule.aggregate(Matrices.pick(rows, 0, 1, 1, 2, 2, 2, 3, 4, 4), null),
                1e-13);
    }

    @Test
    void movesAndScalesWithTheRowsAndTheCentre() {
        var rows = Matrices.ties(7, D, 5);
        var centre = Matrices.ties(1, D, 6)[0];
        var expected = aggregate(rule(3, 4), rows, state(centre)).result();
        var moved =
                aggregate(
                                rule(24, 4),
                                Matrices.affine(rows, -8, 16),
                                state(Matrices.affine(new float[][] {centre}, -8, 16)[0]))
                        .result();
        for (int j = 0; j < D; j++) {
            assertThat(moved[j]).isCloseTo(-8 * expected[j] + 16, within(1e-11));
        }
    }

    @Test
    void stepsBeforeItLeaveTheCentreAlone() {
        var rows = Matrices.random(7, D, 7);
        var centre = Matrices.random(1, D, 8)[0];
        var rule = AggregationRule.parse("nnm(f=2) | centered-clipping(tau=1, iterations=3)");
        assertClose(
                aggregate(rule, rows, state(centre)).result(),
                Definitions.centeredClipping(
                        Definitions.nearestNeighbourMixing(Matrices.doubles(rows), 2),
                        ones(7),
                        Matrices.doubles(new float[][] {centre})[0],
                        1,
                        3),
                1e-12);
    }

    @Test
    void parametersThatCannotBeAreRefused() {
        assertThatThrownBy(() -> AggregationRule.parse("centered-clipping(tau=0)"))
                .hasMessage("centered-clipping: tau must be above 0 and finite, got tau=0.0");
        assertThatThrownBy(() -> AggregationRule.parse("centered-clipping(iterations=0)"))
                .hasMessage("centered-clipping: iterations must be >= 1, got iterations=0");
    }

    private static void assertAgrees(float[][] rows, double tau, int iterations, double tolerance) {
        int n = rows.length;
        var centre = new float[rows[0].length];
        for (int j = 0; j < centre.length; j++) {
            centre[j] = rows[0][(j + 1) % centre.length];
        }
        var weights = new double[n];
        for (int i = 0; i < n; i++) {
            weights[i] = 1 + i % 3;
        }
        var expected =
                Definitions.centeredClipping(
                        Matrices.doubles(rows),
                        weights,
                        Matrices.doubles(new float[][] {centre})[0],
                        tau,
                        iterations);
        var actual =
                rule(tau, iterations)
                        .aggregate(
                                rows, Cohort.weighted(weights), RoundFacts.first(n), state(centre));
        assertClose(actual.result(), expected, tolerance);
    }

    private static AggregationRule rule(double tau, int iterations) {
        return AggregationRule.parse(
                "centered-clipping(tau=%s, iterations=%s)".formatted(tau, iterations));
    }

    private static RuleState state(float[] centre) {
        return new RuleState(centre, Map.of(), Map.of());
    }

    private static double[] ones(int n) {
        var ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static void assertClose(double[] actual, double[] expected, double tolerance) {
        double scale = Definitions.distance(expected, new double[expected.length]);
        for (int j = 0; j < expected.length; j++) {
            assertThat(actual[j]).isCloseTo(expected[j], within(tolerance * scale));
        }
    }

    private static Aggregation aggregate(AggregationRule rule, float[][] rows, RuleState state) {
        return rule.aggregate(
                rows, Cohort.uniform(rows.length), RoundFacts.first(rows.length), state);
    }
}
