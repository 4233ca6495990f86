package io.tributary.operators.rule;

import static io.tributary.operators.rule.Vectors.assertClose;
import static io.tributary.operators.rule.Vectors.cosine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FLTrust and the cosine filter. */
class DirectionRulesTest {

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    static Stream<float[][]> awkward() {
        return Matrices.awkward(5);
    }

    @Test
    void smallExamples() {
        assertThat(aggregate("fltrust(trusted=0)", new float[][] {{2, 0}, {9, 0}, {0, 7}, {-5, 0}}))
                .containsExactly(2, 0);
        assertThat(aggregate("cosine-filter(min=0)", new float[][] {{1, 1}, {3, 1}, {-90, 0}}))
                .containsExactly(2, 1);
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void flTrustAgreesWithItsDefinition(float[][] rows) {
        for (int trusted = 0; trusted < 3; trusted++) {
            var expected = flTrust(Matrices.doubles(rows), trusted);
            if (expected.length > 0) {
                assertClose(aggregate("fltrust(trusted=" + trusted + ")", rows), expected, 1e-12);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void theCosineFilterAgreesWithItsDefinition(float[][] rows) {
        for (double min : new double[] {-1, 0, 0.1, 0.3}) {
            var expected = filtered(Matrices.doubles(rows), min);
            if (expected.length > 0) {
                assertClose(aggregate("cosine-filter(min=" + min + ")", rows), expected, 1e-12);
            }
        }
    }

    @Test
    void flTrustIsNeverLongerThanTheTrustedRowAndScalesWithItAlone() {
        var rows = Matrices.random(9, 30, 1);
        double trusted = Vectors.norm(Matrices.doubles(rows)[4]);
        var before = aggregate("fltrust(trusted=4)", rows);
        assertThat(Vectors.norm(before)).isLessThanOrEqualTo(trusted);
        for (int i = 0; i < 9; i++) {
            for (int j = 0; j < 30; j++) {
                rows[i][j] *= i == 4 ? 0.5f : 1024;
            }
        }
        assertClose(aggregate("fltrust(trusted=4)", rows), half(before), 1e-12);
    }

    @Test
    void theTrustedRowIsNamedAndNotAveraged() {
        var cohort =
                new Cohort(
                        List.of("silo-a", "server", "silo-b"),
                        new double[] {1, 1, 1},
                        new double[] {1, 1, 1},
                        new double[3]);
        var rows = new float[][] {{3, 3}, {2, 0}, {-1, 0}};
        var found =
                AggregationRule.parse("fltrust(trusted=server)")
                        .aggregate(rows, cohort, RoundFacts.first(3), RuleState.NONE);
        assertThat(found.weighing().coefficients()[1]).isZero();
        assertThat(found.result()[0]).isCloseTo(Math.sqrt(2), within(1e-15));
        assertThat(found.result()[1]).isCloseTo(Math.sqrt(2), within(1e-15));
    }

    @Test
    void whereTheServerTrustsNobodyFlTrustRefuses() {
        assertThatThrownBy(() -> aggregate("fltrust(trusted=0)", new float[][] {{1, 0}, {0, 1}}))
                .hasMessageContaining("no row has a positive cosine to the trusted row '0'");
        assertThatThrownBy(() -> aggregate("fltrust(trusted=0)", new float[][] {{0}, {1}}))
                .hasMessageContaining("trusted row '0' has norm 0.0");
        assertThatThrownBy(() -> aggregate("fltrust(trusted=0)", new float[][] {{INFINITY}, {1}}))
                .hasMessageContaining("trusted row '0' has norm Infinity");
        assertThatThrownBy(() -> aggregate("fltrust(trusted=5)", new float[][] {{1}, {1}}))
                .hasMessageContaining("needs row '5', which is not among [0, 1]");
        assertThatThrownBy(
                        () -> AggregationRule.parse("bucketing(s=2, seed=7) | fltrust(trusted=0)"))
                .hasMessageContaining("no row is from one silo");
        assertThatThrownBy(() -> aggregate("fltrust(trusted=0)", new float[][] {{1}}))
                .hasMessageContaining("fltrust needs n >= 2");
        assertThatThrownBy(() -> AggregationRule.parse("fltrust"))
                .hasMessageContaining("give trusted");
    }

    @Test
    void rowsWithoutADirectionGetNoSay() {
        var rows = new float[][] {{2, 0}, {4, 0}, {INFINITY, 0}, {0, 0}, {6, 0}};
        assertThat(aggregate("fltrust(trusted=0)", rows)).containsExactly(2, 0);
        assertThat(aggregate("cosine-filter(min=0.5)", rows)).containsExactly(4, 0);
        assertThat(aggregate("cosine-filter(min=0)", rows)).containsExactly(3, 0);
        assertThat(aggregate("cosine-filter(min=-1)", rows)).containsExactly(3, 0);
    }

    @Test
    void aHugeRowDoesNotTurnTheCohort() {
        var rows = new float[][] {{1, 0}, {1, 0.5f}, {1, -0.5f}, {-1e30f, 0}};
        assertThat(aggregate("cosine-filter(min=0)", rows)).containsExactly(1, 0);
    }

    @Test
    void weightsOfTheCosineFilterAreRepetition() {
        var rows = Matrices.random(6, 5, 2);
        var weights = new double[] {3, 1, 2, 1, 1, 4};
        var repeated = new float[12][];
        int next = 0;
        for (int i = 0; i < 6; i++) {
            for (int k = 0; k < weights[i]; k++) {
                repeated[next++] = rows[i];
            }
        }
        var rule = AggregationRule.parse("cosine-filter(min=0.1)");
        assertClose(rule.aggregate(rows, weights), rule.aggregate(repeated, null), 1e-12);
    }

    @Test
    void theCosineFilterRefusesWhereThereIsNoDirectionOrNobodyKeepsIt() {
        assertThatThrownBy(() -> aggregate("cosine-filter", new float[][] {{1, 3}, {-2, -6}}))
                .hasMessageContaining("the directions of the rows cancel");
        assertThatThrownBy(() -> aggregate("cosine-filter", new float[3][2]))
                .hasMessageContaining("the directions of the rows cancel");
        assertThatThrownBy(
                        () -> aggregate("cosine-filter(min=0.9)", new float[][] {{1, 0}, {0, 1}}))
                .hasMessageContaining("no row has a cosine of at least 0.9");
        assertThatThrownBy(() -> AggregationRule.parse("cosine-filter(min=2)"))
                .hasMessageContaining("min must be in [-1, 1], got 2.0");
    }

    private static double[] aggregate(String rule, float[][] rows) {
        return AggregationRule.parse(rule).aggregate(rows, null);
    }

    private static double[] half(double[] values) {
        return Arrays.stream(values).map(x -> x / 2).toArray();
    }

    /** Empty where nobody is trusted. */
    private static double[] flTrust(double[][] rows, int trusted) {
        var sum = new double[rows[0].length];
        double trust = 0;
        for (int i = 0; i < rows.length; i++) {
            double cosine = cosine(rows[i], rows[trusted]);
            if (i != trusted && cosine > 0) {
                double scale = Vectors.norm(rows[trusted]) / Vectors.norm(rows[i]);
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += cosine * scale * rows[i][j];
                }
                trust += cosine;
            }
        }
        double total = trust;
        return total == 0 ? new double[0] : Arrays.stream(sum).map(x -> x / total).toArray();
    }

    /** Empty where nobody is kept. */
    private static double[] filtered(double[][] rows, double min) {
        int n = rows.length;
        var lengths = Arrays.stream(rows).mapToDouble(row -> 1 / Vectors.norm(row)).toArray();
        var direction = Vectors.combination(rows, lengths);
        var kept = new double[n];
        for (int i = 0; i < n; i++) {
            kept[i] = cosine(rows[i], direction) >= min ? 1 : 0;
        }
        double count = Arrays.stream(kept).sum();
        return count == 0
                ? new double[0]
                : Vectors.combination(rows, Arrays.stream(kept).map(k -> k / count).toArray());
    }
}
