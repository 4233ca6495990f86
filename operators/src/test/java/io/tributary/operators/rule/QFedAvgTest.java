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

class QFedAvgTest {

    static Stream<float[][]> awkward() {
        return Matrices.awkward(1);
    }

    @Test
    void smallExample() {
        var result = aggregate("q-fedavg(q=1, lr=1)", new float[][] {{1}, {1}}, 1, 3);
        assertThat(result[0]).isCloseTo(4.0 / 6, within(1e-15));
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void agreesWithItsDefinition(float[][] rows) {
        var losses = new double[rows.length];
        Arrays.setAll(losses, i -> 0.5 + i * i % 7);
        for (double q : new double[] {0, 0.5, 1, 2, 5}) {
            var actual = aggregate("q-fedavg(q=" + q + ", lr=0.05)", rows, losses);
            assertClose(actual, reference(rows, losses, q, 0.05), 1e-12);
        }
    }

    @Test
    void withoutFairnessItIsTheMean() {
        var rows = Matrices.random(5, 4, 1);
        assertClose(
                aggregate("q-fedavg(q=0)", rows, 1, 2, 3, 4, 5),
                AggregationRule.parse("mean").aggregate(rows, null),
                1e-14);
        assertClose(
                aggregate("q-fedavg(q=0)", rows, 0, 0, 0, 0, 0),
                AggregationRule.parse("mean").aggregate(rows, null),
                1e-14);
    }

    @Test
    void theUnitOfTheLossesDoesNotMatterForTheDirection() {
        var rows = Matrices.random(3, 2, 2);
        var small = aggregate("q-fedavg(q=300)", rows, 1e-3, 2e-3, 3e-3);
        var large = aggregate("q-fedavg(q=300)", rows, 1e3, 2e3, 3e3); // 3000^300 overflows
        assertThat(Vectors.cosine(small, large)).isCloseTo(1, within(1e-12));
    }

    @Test
    void lossesThatCannotBeAreRefused() {
        var rows = new float[][] {{1}, {2}};
        for (double loss : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> aggregate("q-fedavg", rows, 1, loss))
                    .hasMessage(
                            "q-fedavg needs a loss above 0 and finite of every row, got "
                                    + loss
                                    + " for row '1'; leave it out");
        }
        assertThatThrownBy(
                        () -> aggregate("q-fedavg", new float[][] {{Float.POSITIVE_INFINITY}}, 1))
                .hasMessageContaining("q-fedavg: row '0' has an infinite norm");
        assertThatThrownBy(() -> AggregationRule.parse("q-fedavg(q=-1)"))
                .hasMessageContaining("q must be >= 0");
        assertThatThrownBy(() -> AggregationRule.parse("q-fedavg(lr=0)"))
                .hasMessageContaining("lr must be above 0");
        assertThatThrownBy(
                        () ->
                                AggregationRule.parse("q-fedavg")
                                        .aggregate(rows, new double[] {1, 2}))
                .hasMessageContaining("unequal weights");
    }

    private static double[] aggregate(String rule, float[][] rows, double... losses) {
        int n = rows.length;
        var uniform = Cohort.uniform(n);
        var cohort = new Cohort(uniform.names(), uniform.weights(), uniform.normalizers(), losses);
        return AggregationRule.parse(rule)
                .aggregate(rows, cohort, RoundFacts.first(n), RuleState.NONE)
                .result();
    }

    private static double[] reference(float[][] floats, double[] losses, double q, double lr) {
        var rows = Matrices.doubles(floats);
        var sum = new double[rows[0].length];
        double below = 0;
        for (int i = 0; i < rows.length; i++) {
            var g = Arrays.stream(rows[i]).map(x -> -x / lr).toArray();
            double power = Math.pow(losses[i], q);
            for (int j = 0; j < g.length; j++) {
                sum[j] -= power * g[j];
            }
            below += q * Math.pow(losses[i], q - 1) * Vectors.inner(g, g) + 1 / lr * power;
        }
        double h = below;
        return Arrays.stream(sum).map(x -> x / h).toArray();
    }
}
