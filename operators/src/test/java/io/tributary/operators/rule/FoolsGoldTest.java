package io.tributary.operators.rule;

import static io.tributary.operators.rule.Vectors.assertClose;
import static io.tributary.operators.rule.Vectors.cosine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FoolsGoldTest {

    private static final AggregationRule RULE = AggregationRule.parse("foolsgold");

    static Stream<float[][]> awkward() {
        return Matrices.awkward(3);
    }

    @Test
    void puppetsOfOneAttackerCancel() {
        var rows = new float[][] {{1, 0}, {0, 2}, {-4, -4}, {-4, -4}};
        assertThat(aggregate("foolsgold", rows)).containsExactly(0.5, 1);
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void agreesWithItsDefinitionOverRounds(float[][] rows) {
        int n = rows.length;
        var state = RuleState.NONE;
        var histories = new double[n][rows[0].length];
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < rows[i].length; j++) {
                    rows[i][j] *= (i + j + round) % 3 == 0 ? -0.5f : 1;
                    histories[i][j] += rows[i][j];
                }
            }
            var found = RULE.aggregate(rows, Cohort.uniform(n), RoundFacts.first(n), state);
            var expected = Vectors.combination(Matrices.doubles(rows), weights(histories));
            assertClose(found.result(), expected, 1e-5); // histories are float32
            state = found.state();
        }
    }

    @Test
    void theHistoryDecidesAndNotTheRound() {
        // in this round all differ; over both rounds a and b went the same way
        var state =
                new RuleState(
                        null,
                        Map.of(
                                "a", new float[] {99, 0, 0},
                                "b", new float[] {99, 1, 0},
                                "c", new float[] {0, 0, 1}),
                        Map.of());
        var cohort =
                new Cohort(
                        List.of("a", "b", "c"),
                        new double[] {1, 1, 1},
                        new double[] {1, 1, 1},
                        new double[3]);
        var rows = new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        var found = RULE.aggregate(rows, cohort, RoundFacts.first(3), state);
        assertThat(found.result()).containsExactly(0, 0, 1);
        assertThat(found.state().histories().get("b")).containsExactly(99, 2, 0);
    }

    @Test
    void theOrderOfSilosIsIrrelevant() {
        var rows = Matrices.random(7, 20, 1);
        var shuffled = Matrices.pick(rows, Matrices.order(7, 1));
        assertClose(aggregate("foolsgold", shuffled), aggregate("foolsgold", rows), 1e-12);
    }

    @Test
    void aloneOrUnmovedOrAllAlikeSilosCountInFull() {
        assertThat(aggregate("foolsgold", new float[][] {{3, -1}})).containsExactly(3, -1);
        assertThat(aggregate("foolsgold", new float[3][2])).containsExactly(0, 0);
        assertThat(aggregate("foolsgold", new float[][] {{0, 0}, {2, 2}})).containsExactly(1, 1);
        // parallel but for rounding in float32
        assertClose(
                aggregate("foolsgold", new float[][] {{0.1f, 0.3f}, {0.2f, 0.6f}, {0.7f, 2.1f}}),
                new double[] {1 / 3.0, 1},
                1e-6);
    }

    @Test
    void anInfiniteHistoryIsRefused() {
        assertThatThrownBy(
                        () ->
                                aggregate(
                                        "foolsgold",
                                        new float[][] {{1}, {Float.POSITIVE_INFINITY}}))
                .hasMessageContaining("foolsgold: the history of row '1' has an infinite norm");
        assertThatThrownBy(() -> RULE.aggregate(new float[2][1], new double[] {1, 2}))
                .hasMessageContaining("unequal weights");
        assertThatThrownBy(() -> AggregationRule.parse("clipping(c=1) | foolsgold"))
                .hasMessageContaining("no step can stand before it");
    }

    private static double[] aggregate(String rule, float[][] rows) {
        return AggregationRule.parse(rule).aggregate(rows, null);
    }

    private static double[] weights(double[][] histories) {
        int n = histories.length;
        var c = new double[n][n];
        var v = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                c[i][j] = i == j ? 0 : cosine(histories[i], histories[j]);
                v[i] = Math.max(v[i], c[i][j]);
            }
        }
        var a = new double[n];
        for (int i = 0; i < n; i++) {
            double most = 0;
            for (int j = 0; j < n; j++) {
                most = Math.max(most, v[j] > v[i] ? c[i][j] * v[i] / v[j] : c[i][j]);
            }
            a[i] = clamp(1 - most);
        }
        double best = Arrays.stream(a).max().orElseThrow();
        for (int i = 0; i < n; i++) {
            double scaled = best < 1e-12 ? 1 : a[i] / best;
            a[i] = scaled == 1 ? 1 : clamp(Math.log(scaled / (1 - scaled)) + 0.5);
        }
        double sum = Arrays.stream(a).sum();
        return Arrays.stream(a).map(x -> x / sum).toArray();
    }

    private static double clamp(double value) {
        return Math.max(0, Math.min(1, value));
    }
}
