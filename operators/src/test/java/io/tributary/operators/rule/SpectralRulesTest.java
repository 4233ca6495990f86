package io.tributary.operators.rule;

import static io.tributary.operators.rule.Vectors.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpectralRulesTest {

    static Stream<float[][]> awkward() {
        return Matrices.awkward(5);
    }

    @Test
    void smallExamples() {
        var rows = new float[][] {{0}, {1}, {2}, {3}, {100}};
        assertThat(aggregate("smea(f=1)", rows)).containsExactly(1.5);
        assertThat(aggregate("caf(f=1)", rows)[0]).isCloseTo(1.51, within(0.005));
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void cafAgreesWithItsDefinitionOnTheCovarianceMatrix(float[][] rows) {
        for (int f = 0; f <= 2; f++) {
            assertClose(aggregate("caf(f=" + f + ")", rows), caf(rows, f), 1e-7);
        }
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void smeaAgreesWithItsDefinitionOnTheCovarianceMatrix(float[][] rows) {
        for (int f = 0; f <= 2; f++) {
            assertClose(aggregate("smea(f=" + f + ")", rows), smea(rows, f), 1e-12);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"caf(f=3)", "smea(f=3)"})
    void theOrderOfSilosIsIrrelevant(String rule) {
        var rows = Matrices.random(11, 40, 1);
        var shuffled = Matrices.pick(rows, Matrices.order(11, 1));
        assertClose(aggregate(rule, shuffled), aggregate(rule, rows), 1e-9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"caf(f=3)", "smea(f=3)"})
    void aCommonShiftAndScaleCarryOver(String rule) {
        var rows = Matrices.random(11, 40, 2);
        var moved = Matrices.affine(rows, -2, 3);
        var expected = Arrays.stream(aggregate(rule, rows)).map(x -> -2 * x + 3).toArray();
        assertClose(aggregate(rule, moved), expected, 1e-6); // the shift rounds in float32
    }

    @ParameterizedTest
    @ValueSource(strings = {"caf(f=3)", "smea(f=3)"})
    void faultyRowsCannotMoveItFar(String rule) {
        var rows = Matrices.random(11, 40, 3);
        for (float size : new float[] {1, 10, 1e5f, 1e30f, Float.POSITIVE_INFINITY}) {
            for (int i : new int[] {2, 5, 9}) {
                Arrays.fill(rows[i], size);
            }
            // honest rows are about sqrt(40 / 3) long
            assertThat(Vectors.norm(aggregate(rule, rows))).isLessThan(3);
        }
    }

    @Test
    void smeaNamesTheRowsItKeepsAndPrefersLowerIndices() {
        var rule = AggregationRule.parse("smea(f=1)");
        var rows = new float[][] {{1, 0}, {1, 0}, {1, 0}, {1, 0}};
        assertThat(selected(rule, rows)).containsExactly(0, 1, 2);
        assertThat(selected(rule, new float[][] {{7, 0}, {1, 0}, {1, 0}, {1.5f, 0}}))
                .containsExactly(1, 2, 3);
    }

    @Test
    void smeaChoosesByCountAndMayAverageByWeight() {
        var rows = new float[][] {{0}, {1}, {99}};
        var weights = new double[] {1, 3, 5};
        assertThat(AggregationRule.parse("smea(f=1, average=weighted)").aggregate(rows, weights))
                .containsExactly(0.75);
        for (var rule : new String[] {"smea(f=1)", "caf(f=1)"}) {
            assertThatThrownBy(() -> AggregationRule.parse(rule).aggregate(rows, weights))
                    .hasMessageContaining("no well-founded form for unequal weights");
        }
    }

    @Test
    void boundsAreChecked() {
        assertThatThrownBy(() -> aggregate("caf(f=2)", new float[4][3]))
                .hasMessage("caf needs n > 2f, got n=4, f=2");
        assertThatThrownBy(() -> aggregate("smea(f=2)", new float[4][3]))
                .hasMessage("smea needs n > 2f, got n=4, f=2");
        assertThatThrownBy(() -> AggregationRule.parse("smea(f=12)").check(40))
                .hasMessageContaining("no more than 100000 of them, n=40 and f=12 have more");
        AggregationRule.parse("smea(f=5)").check(16);
        assertThatThrownBy(() -> AggregationRule.parse("caf(f=-1)"))
                .hasMessage("caf: f must be >= 0, got f=-1");
        assertThatThrownBy(() -> AggregationRule.parse("caf")).hasMessageContaining("give f");
        assertThatThrownBy(() -> AggregationRule.parse("smea(f=1, average=mode)"))
                .hasMessageContaining("average must be uniform or weighted, got 'mode'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"caf", "smea"})
    void moreInfiniteRowsThanFaultyOnesAreRefused(String rule) {
        var rows = Matrices.random(7, 3, 4);
        rows[1][0] = Float.POSITIVE_INFINITY;
        assertThat(aggregate(rule + "(f=1)", rows)).doesNotContain(Double.NaN);
        rows[3][2] = Float.NEGATIVE_INFINITY;
        assertThatThrownBy(() -> aggregate(rule + "(f=1)", rows))
                .hasMessage(
                        rule
                                + " has no defined answer: more than f=1 of 7 rows have infinite"
                                + " values; leave them out");
    }

    private static double[] aggregate(String rule, float[][] rows) {
        return AggregationRule.parse(rule).aggregate(rows, null);
    }

    private static int[] selected(AggregationRule rule, float[][] rows) {
        int n = rows.length;
        return rule.aggregate(rows, Cohort.uniform(n), RoundFacts.first(n), RuleState.NONE)
                .weighing()
                .selected();
    }

    private static double[] caf(float[][] floats, int f) {
        var rows = Matrices.doubles(floats);
        int n = rows.length;
        var c = new double[n];
        Arrays.fill(c, 1);
        double[] best = null;
        double least = Double.POSITIVE_INFINITY;
        while (best == null || Arrays.stream(c).sum() > n - 2 * f) {
            var mean = mean(rows, c);
            var top = top(covariance(rows, c, mean));
            if (top.value() < least * (1 - 1e-12)) {
                least = top.value();
                best = mean;
            }
            var t = new double[n];
            double most = 0;
            for (int i = 0; i < n; i++) {
                double along = Vectors.inner(minus(rows[i], mean), top.vector());
                t[i] = along * along;
                most = c[i] > 0 ? Math.max(most, t[i]) : most;
            }
            for (int i = 0; i < n; i++) {
                c[i] = Math.max(0, c[i] * (1 - t[i] / most));
            }
        }
        return best;
    }

    private static double[] smea(float[][] floats, int f) {
        var rows = Matrices.doubles(floats);
        int n = rows.length;
        double[] best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int subset = 0; subset < 1 << n; subset++) {
            if (Integer.bitCount(subset) == n - f) {
                var c = new double[n];
                for (int i = 0; i < n; i++) {
                    c[i] = subset >> i & 1;
                }
                var mean = mean(rows, c);
                double lambda = top(covariance(rows, c, mean)).value();
                if (lambda < least) {
                    least = lambda;
                    best = mean;
                }
            }
        }
        return best;
    }

    private static double[] mean(double[][] rows, double[] c) {
        double sum = Arrays.stream(c).sum();
        return Vectors.combination(rows, Arrays.stream(c).map(x -> x / sum).toArray());
    }

    private static double[] minus(double[] a, double[] b) {
        var difference = a.clone();
        for (int j = 0; j < a.length; j++) {
            difference[j] -= b[j];
        }
        return difference;
    }

    private static double[][] covariance(double[][] rows, double[] c, double[] mean) {
        int d = mean.length;
        double sum = Arrays.stream(c).sum();
        var covariance = new double[d][d];
        for (int i = 0; i < rows.length; i++) {
            var u = minus(rows[i], mean);
            for (int j = 0; j < d; j++) {
                for (int k = 0; k < d; k++) {
                    covariance[j][k] += c[i] * u[j] * u[k] / sum;
                }
            }
        }
        return covariance;
    }

    /** By squaring the matrix again and again, until only the top eigenvector is left. */
    private static SymmetricEigen top(double[][] matrix) {
        int d = matrix.length;
        var power = matrix;
        for (int k = 0; k < 40; k++) {
            double trace = 0;
            for (int i = 0; i < d; i++) {
                trace += power[i][i];
            }
            if (trace == 0) {
                return new SymmetricEigen(0, new double[d]);
            }
            var squared = new double[d][d];
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    for (int l = 0; l < d; l++) {
                        squared[i][j] += power[i][l] / trace * (power[l][j] / trace);
                    }
                }
            }
            power = squared;
        }
        int longest = 0;
        for (int i = 1; i < d; i++) {
            longest = power[i][i] > power[longest][longest] ? i : longest;
        }
        double length = Vectors.norm(power[longest]);
        var vector = Arrays.stream(power[longest]).map(x -> x / length).toArray();
        double value = 0;
        for (int i = 0; i < d; i++) {
            value += vector[i] * Vectors.inner(matrix[i], vector);
        }
        return new SymmetricEigen(value, vector);
    }
}
