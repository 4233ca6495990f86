package io.tributary.operators.rule;

import static io.tributary.operators.rule.Vectors.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClippingStepsTest {

    static Stream<float[][]> awkward() {
        return Matrices.awkward(5);
    }

    @Test
    void smallExamples() {
        assertThat(aggregate("clipping(c=5) | median", new float[][] {{3, 4}, {6, 8}, {0, 2}}))
                .containsExactly(3, 4);
        assertThat(aggregate("arc(f=1) | mean", new float[][] {{1}, {-2}, {6}})[0])
                .isCloseTo(1 / 3.0, within(1e-15));
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void clippingAgreesWithItsDefinition(float[][] rows) {
        double c = Vectors.norm(Matrices.doubles(rows)[2]);
        var clipped = clipped(Matrices.doubles(rows), c);
        String step = "clipping(c=" + c + ")";
        assertClose(aggregate(step + " | mean", rows), mean(clipped), 1e-14);
        var median = aggregate(step + " | median", rows);
        var expected = median(clipped);
        for (int j = 0; j < expected.length; j++) {
            // a coordinate-wise rule sees float32 rows; c bounds their values
            assertThat(median[j]).isCloseTo(expected[j], within((double) Math.ulp((float) c)));
        }
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void arcAgreesWithItsDefinition(float[][] rows) {
        for (int f = 0; f <= 2; f++) {
            var wide = Matrices.doubles(rows);
            int n = rows.length;
            var norms = Arrays.stream(wide).mapToDouble(Vectors::norm).sorted().toArray();
            int longest = (int) Math.floor(2.0 * f * (n - f) / n);
            var expected = mean(clipped(wide, norms[n - 1 - longest]));
            assertClose(aggregate("arc(f=" + f + ") | mean", rows), expected, 1e-14);
        }
    }

    @Test
    void arcClipsAsManyRowsAsThePaperSays() {
        // n = 11, f = 2: floor(36 / 11) = 3, down to the fourth longest
        var rows = new float[11][1];
        for (int i = 0; i < 11; i++) {
            rows[i][0] = (i * 5 + 3) % 11 + 1; // 1 to 11 in some order
        }
        double expected = (1 + 2 + 3 + 4 + 5 + 6 + 7 + 4 * 8) / 11.0;
        assertThat(aggregate("arc(f=2) | mean", rows)[0]).isCloseTo(expected, within(1e-14));
    }

    @Test
    void rowsOfZeroAreLeftAlone() {
        var rows = new float[][] {{0, 0}, {0, 0}, {0, 0}, {0, 9}};
        assertThat(aggregate("clipping(c=1) | mean", rows)).containsExactly(0, 0.25);
        assertThat(aggregate("arc(f=1) | mean", rows)).containsExactly(0, 0);
    }

    @Test
    void aRowOfInfiniteNormIsRefused() {
        var rows = new float[][] {{1}, {2}, {Float.NEGATIVE_INFINITY}};
        assertThatThrownBy(() -> aggregate("clipping(c=1) | median", rows))
                .hasMessage(
                        "clipping: row '2' has an infinite norm and so no direction; leave it out");
        assertThatThrownBy(() -> aggregate("arc(f=1) | median", rows))
                .hasMessageContaining("arc: row '2' has an infinite norm");
        assertThat(aggregate("arc(f=0) | median", rows)).containsExactly(1);
    }

    @Test
    void parametersAreChecked() {
        assertThatThrownBy(() -> aggregate("arc(f=2) | mean", new float[4][1]))
                .hasMessage("arc needs n > 2f, got n=4, f=2");
        assertThatThrownBy(() -> AggregationRule.parse("clipping(c=0) | mean"))
                .hasMessageContaining("c must be above 0");
        assertThatThrownBy(() -> AggregationRule.parse("share-cap(max=0) | mean"))
                .hasMessageContaining("max must be in (0, 1]");
    }

    @Test
    void clippingAndCapReadWeightsAndArcCountsRows() {
        assertThat(AggregationRule.parse("clipping(c=1) | share-cap | mean").weighted()).isTrue();
        assertThat(AggregationRule.parse("arc(f=1) | mean").weighted()).isFalse();
    }

    @Test
    void aCapTakesFromTheHeaviestAndGivesToTheOthersInProportion() {
        assertThat(weightsAfter(0.5, 6, 1, 1)).containsExactly(4, 2, 2);
        assertThat(weightsAfter(0.5, 1, 6, 3)).containsExactly(1.25, 5, 3.75);
        assertThat(weightsAfter(0.7, 6, 2, 2)).containsExactly(6, 2, 2); // nobody is above it
        assertThat(weightsAfter(1, 9)).containsExactly(9);
    }

    @Test
    void aRowThatIsPushedOverTheCapByWhatItIsGivenIsCappedToo() {
        var capped = weightsAfter(0.3, 10, 3, 2.5, 0.5); // 10 -> 0.3, 3 -> 0.35 -> 0.3, ...
        assertThat(capped[0]).isCloseTo(4.8, within(1e-12));
        assertThat(capped[1]).isCloseTo(4.8, within(1e-12));
        assertThat(capped[2]).isCloseTo(4.8, within(1e-12));
        assertThat(capped[3]).isCloseTo(1.6, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 11, 49})
    void afterACapTheLawsHoldForAnyWeights(int n) {
        for (int seed = 0; seed < 50; seed++) {
            var random = new SplittableRandom(seed);
            var weights = random.doubles(n, 0.01, 1).map(w -> w * w * w).toArray();
            double max = n == 1 ? 1 : random.nextDouble(1.0 / n, 1);
            var capped = weightsAfter(max, weights);
            double total = Arrays.stream(weights).sum();
            assertThat(Arrays.stream(capped).sum()).isCloseTo(total, within(1e-9 * total));
            double stretch = 0; // the same for all that are below the cap
            for (int i = 0; i < n; i++) {
                assertThat(capped[i]).isLessThanOrEqualTo(max * total * (1 + 1e-8));
                if (capped[i] < max * total * (1 - 1e-8)) {
                    stretch = stretch == 0 ? capped[i] / weights[i] : stretch;
                    assertThat(capped[i] / weights[i]).isCloseTo(stretch, within(1e-9 * stretch));
                }
            }
        }
    }

    @Test
    void aCapOfOneNthMakesAllEqualAndASmallerOneIsRefused() {
        assertThat(weightsAfter(0.25, 10, 3, 2, 1)).containsExactly(4, 4, 4, 4);
        assertThatThrownBy(() -> weightsAfter(0.2, 10, 3, 2, 1))
                .hasMessageContaining("share-cap needs max >= 1/n, got n=4, max=0.2");
        var equal = new double[49];
        Arrays.fill(equal, 1);
        assertThat(weightsAfter(1 / 49.0, equal)).isEqualTo(equal); // to the last bit
    }

    @Test
    void aCapIsWhatACoordinateWiseRuleSees() {
        var rule = AggregationRule.parse("share-cap(max=0.5) | mean");
        assertThat(rule.aggregate(new float[][] {{8}, {0}, {0}}, new double[] {6, 1, 1}))
                .containsExactly(4);
    }

    private static double[] aggregate(String rule, float[][] rows) {
        return AggregationRule.parse(rule).aggregate(rows, null);
    }

    private static double[] weightsAfter(double max, double... weights) {
        var step = new ShareCap(max);
        step.check(weights.length);
        int n = weights.length;
        var mixed = step.mix(Gram.unknown(n), Cohort.weighted(weights), RoundFacts.first(n));
        assertThat(mixed.mixing().isIdentity()).isTrue();
        return mixed.cohort().weights();
    }

    private static double[][] clipped(double[][] rows, double bound) {
        for (var row : rows) {
            double norm = Vectors.norm(row);
            for (int j = 0; j < row.length; j++) {
                row[j] *= norm > bound ? bound / norm : 1;
            }
        }
        return rows;
    }

    private static double[] mean(double[][] rows) {
        var uniform = new double[rows.length];
        Arrays.fill(uniform, 1.0 / rows.length);
        return Vectors.combination(rows, uniform);
    }

    private static double[] median(double[][] rows) {
        int n = rows.length;
        var median = new double[rows[0].length];
        for (int j = 0; j < median.length; j++) {
            int column = j;
            var values = Arrays.stream(rows).mapToDouble(row -> row[column]).sorted().toArray();
            median[j] = (values[(n - 1) / 2] + values[n / 2]) / 2;
        }
        return median;
    }
}
