package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BulyanTest {

    private static final int D = 41;

    @Test
    void averagesAroundTheMedianOfTheRowsThatKrumPicks() {
        var aggregation = aggregate(1, new float[][] {{0}, {1}, {2}, {3}, {4}, {5}, {99}});
        assertThat(aggregation.result()).containsExactly(2);
        assertThat(aggregation.weighing().selected()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void agreesWithItsDefinition() {
        for (int n = 3; n <= 16; n++) {
            var duplicates = Matrices.random(n, D, n);
            duplicates[2] = duplicates[0].clone();
            assertAgrees(Matrices.random(n, D, 31L * n));
            assertAgrees(duplicates);
            assertAgrees(Matrices.affine(Matrices.random(n, D, n), 1e-40, 0));
            assertAgrees(Matrices.affine(Matrices.random(n, D, n), 0.1, 1e4));
            assertAgrees(Matrices.random(n, 1031, n));
            assertAgrees(new float[n][D]);
        }
    }

    @Test
    void picksTheSameRowsOfTies() {
        for (int n = 7; n <= 16; n++) {
            var rows = Matrices.ties(n, 2, n);
            assertThat(aggregate(1, rows).weighing().selected())
                    .isEqualTo(Definitions.bulyanSelection(Matrices.doubles(rows), 1));
        }
    }

    @Test
    void upToFInfiniteRowsAreNotPicked() {
        var rows = Matrices.random(11, D, 1);
        rows[0] = Matrices.constant(D, Float.NEGATIVE_INFINITY);
        rows[7][3] = Float.POSITIVE_INFINITY;
        assertClose(aggregate(2, rows).result(), Definitions.bulyan(Matrices.doubles(rows), 2));
        rows[8][3] = Float.POSITIVE_INFINITY;
        rows[9][3] = Float.POSITIVE_INFINITY;
        rows[10][3] = Float.POSITIVE_INFINITY;
        assertThatThrownBy(() -> aggregate(2, rows))
                .hasMessageContaining("bulyan has to keep row 0, which is infinitely far");
    }

    @Test
    void faultyRowsCannotLeaveTheHonestRange() {
        int f = 3;
        var rows = Matrices.random(15, D, 2);
        var honest = Matrices.pick(rows, IntStream.range(f, 15).toArray());
        for (float at : new float[] {1.5f, 30, 1e30f}) {
            for (int i = 0; i < f; i++) {
                rows[i] = Matrices.constant(D, at);
            }
            var result = aggregate(f, rows).result();
            for (int j = 0; j < D; j++) {
                int coordinate = j;
                var range =
                        IntStream.range(0, honest.length)
                                .mapToDouble(i -> honest[i][coordinate])
                                .summaryStatistics();
                assertThat(result[j]).isBetween(range.getMin(), range.getMax());
            }
        }
    }

    @Test
    void theOrderOfRowsIsIrrelevant() {
        // with f below 3 the last rows are picked by one neighbour, a tie of two
        var rows = Matrices.random(16, D, 3);
        var permuted = Matrices.pick(rows, Matrices.order(16, 4));
        assertClose(aggregate(3, permuted).result(), aggregate(3, rows).result());
    }

    @Test
    void scalingAndMirroringTheRowsScalesAndMirrorsTheResult() {
        var rows = Matrices.random(12, D, 5);
        assertClose(
                aggregate(2, Matrices.affine(rows, -4, 0)).result(),
                Arrays.stream(aggregate(2, rows).result()).map(x -> -4 * x).toArray());
    }

    @Test
    void boundsAndParametersAreNamed() {
        AggregationRule.parse("bulyan(f=1)").check(7);
        assertThatThrownBy(() -> AggregationRule.parse("bulyan(f=1)").check(6))
                .hasMessage("bulyan needs n >= 4f+3, got n=6, f=1");
        assertThatThrownBy(() -> AggregationRule.parse("bulyan(f=-1)"))
                .hasMessage("bulyan: f must be >= 0, got f=-1");
        assertThatThrownBy(() -> AggregationRule.parse("bulyan"))
                .hasMessageContaining("give f, the number of faulty rows");
        assertThatThrownBy(() -> AggregationRule.parse("bulyan(f=1, keep=2)"))
                .hasMessageContaining("bulyan has no parameter keep");
        assertThatThrownBy(
                        () ->
                                AggregationRule.parse("bulyan(f=0)")
                                        .aggregate(new float[3][1], new double[] {1, 1, 2}))
                .hasMessageContaining("no well-founded form for unequal weights");
    }

    private static void assertAgrees(float[][] rows) {
        var exact = Matrices.doubles(rows);
        for (int f = 0; 4 * f + 3 <= rows.length; f++) {
            var aggregation = aggregate(f, rows);
            assertThat(aggregation.weighing().selected())
                    .as("f=%s, n=%s", f, rows.length)
                    .isEqualTo(Definitions.bulyanSelection(exact, f));
            assertClose(aggregation.result(), Definitions.bulyan(exact, f));
        }
    }

    private static void assertClose(double[] actual, double[] expected) {
        for (int j = 0; j < expected.length; j++) {
            assertThat(actual[j])
                    .isCloseTo(expected[j], within(1e-13 * Math.max(1, Math.abs(expected[j]))));
        }
    }

    private static Aggregation aggregate(int f, float[][] rows) {
        return AggregationRule.parse("bulyan(f=" + f + ")")
                .aggregate(
                        rows,
                        Cohort.uniform(rows.length),
                        RoundFacts.first(rows.length),
                        RuleState.NONE);
    }
}
