package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NNM and bucketing: steps that replace rows by means of rows. */
class MixingStepsTest {

    private static final int D = 29;

    @Test
    void nnmReplacesEveryRowByTheMeanOfItsNearest() {
        var step = new NearestNeighbourMixing(1, false);
        assertThat(mixed(step, new float[][] {{0}, {2}, {10}}))
                .isDeepEqualTo(new double[][] {{1}, {1}, {6}});
    }

    @Test
    void nnmAgreesWithItsDefinition() {
        for (int n = 1; n <= 14; n++) {
            var duplicates = Matrices.random(n, D, n);
            duplicates[n - 1] = duplicates[0].clone();
            for (int f = 0; 2 * f < n; f++) {
                assertNnmAgrees(Matrices.random(n, D, 23L * n), f);
                assertNnmAgrees(duplicates, f);
                assertNnmAgrees(Matrices.ties(n, 2, n), f);
                assertNnmAgrees(new float[n][D], f);
                assertNnmAgrees(Matrices.affine(Matrices.random(n, D, n), 0.1, 1e4), f);
                assertNnmAgrees(Matrices.affine(Matrices.random(n, D, n), 1e-40, 0), f);
                assertNnmAgrees(Matrices.random(n, 1031, n), f);
            }
        }
    }

    @Test
    void anInfiniteRowStaysAloneInItsInfinity() {
        var rows = Matrices.random(7, D, 1);
        rows[2] = Matrices.constant(D, Float.POSITIVE_INFINITY);
        rows[5] = Matrices.constant(D, Float.NEGATIVE_INFINITY);
        var mixed = mixed(new NearestNeighbourMixing(2, false), rows);
        assertThat(mixed[2]).containsOnly(Double.POSITIVE_INFINITY);
        assertThat(mixed[5]).containsOnly(Double.NEGATIVE_INFINITY);
        for (int i : new int[] {0, 1, 3, 4, 6}) {
            assertThat(Arrays.stream(mixed[i]).allMatch(Double::isFinite)).isTrue();
        }
        for (var rule : List.of("trimmed-mean(f=2)", "median", "multi-krum(f=2)")) {
            var result = AggregationRule.parse("nnm(f=2) | " + rule).aggregate(rows, null);
            assertThat(Arrays.stream(result).allMatch(Double::isFinite)).as(rule).isTrue();
        }
    }

    @Test
    void nnmAveragesByWeightIfAsked() {
        var step = new NearestNeighbourMixing(1, true);
        var cohort = Cohort.weighted(new double[] {1, 3, 4});
        var rows = new float[][] {{0}, {2}, {10}};
        var mixing = step.mix(gram(rows), cohort, RoundFacts.first(3)).mixing();
        assertThat(mixing.toArrays())
                .isDeepEqualTo(
                        new double[][] {{0.25, 0.75, 0}, {0.25, 0.75, 0}, {0, 3 / 7.0, 4 / 7.0}});
        assertThatThrownBy(
                        () ->
                                AggregationRule.parse("nnm(f=1) | mean")
                                        .aggregate(rows, new double[] {1, 3, 4}))
                .hasMessageContaining("no well-founded form for unequal weights");
        // 1 * 1.5 + 3 * 1.5 + 4 * (6 + 40) / 7
        assertThat(
                        AggregationRule.parse("nnm(f=1, average=weighted) | mean")
                                .aggregate(rows, new double[] {1, 3, 4})[0])
                .isCloseTo((6 + 4 * 46 / 7.0) / 8, within(1e-14));
    }

    @Test
    void bucketsShareOutAllRows() {
        for (int n = 1; n <= 13; n++) {
            for (int s = 1; s <= 5; s++) {
                var mixing = bucketing(s, 7).mix(n, 1);
                int buckets = (n + s - 1) / s;
                assertThat(mixing.rows()).isEqualTo(buckets);
                assertThat(new Bucketing(s, 7, false).rowsAfter(n)).isEqualTo(buckets);
                var bucketOf = new int[n];
                for (int k = 0; k < buckets; k++) {
                    int size = k < buckets - 1 ? s : n - s * (buckets - 1);
                    for (int i = 0; i < n; i++) {
                        if (mixing.at(k, i) != 0) {
                            assertThat(mixing.at(k, i)).isEqualTo(1.0 / size);
                            bucketOf[i]++;
                        }
                    }
                }
                assertThat(bucketOf).containsOnly(1);
            }
        }
    }

    @Test
    void oneBucketIsTheMean() {
        assertThat(
                        AggregationRule.parse("bucketing(s=3) | median")
                                .aggregate(new float[][] {{1}, {2}, {3}}, null))
                .containsExactly(2);
    }

    @Test
    void theShuffleFollowsFromSeedAndRound() {
        var first = bucketing(2, 7).mix(20, 1).toArrays();
        assertThat(bucketing(2, 7).mix(20, 1).toArrays()).isDeepEqualTo(first);
        assertThat(Arrays.deepEquals(bucketing(2, 7).mix(20, 2).toArrays(), first)).isFalse();
        assertThat(Arrays.deepEquals(bucketing(2, 8).mix(20, 1).toArrays(), first)).isFalse();
        assertThat(
                        Arrays.deepEquals(
                                bucketing(2, 8).mix(20, 1).toArrays(),
                                bucketing(2, 7).mix(20, 2).toArrays()))
                .isFalse();
        assertThat(
                        AggregationRule.parse("bucketing(s=2) | median")
                                .aggregate(Matrices.random(9, 3, 1), null))
                .isEqualTo(
                        AggregationRule.parse("bucketing(s=2, seed=7) | median")
                                .aggregate(Matrices.random(9, 3, 1), null));
    }

    @Test
    void everyPairOfRowsMeetsAboutEquallyOften() {
        int n = 6;
        int rounds = 3000;
        var met = new int[n][n];
        for (int round = 1; round <= rounds; round++) {
            var mixing = bucketing(2, 3).mix(n, round);
            for (int k = 0; k < mixing.rows(); k++) {
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < i; j++) {
                        met[i][j] += mixing.at(k, i) != 0 && mixing.at(k, j) != 0 ? 1 : 0;
                    }
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                // 600 expected, standard deviation 22
                assertThat(met[i][j]).isBetween(490, 710);
            }
        }
    }

    @Test
    void bucketsAverageByWeightIfAskedAndCountTheSame() {
        var cohort = Cohort.weighted(new double[] {1, 3, 4});
        var mixed = new Bucketing(3, 7, true).mix(Gram.unknown(3), cohort, RoundFacts.first(3));
        assertThat(mixed.mixing().toArrays())
                .isDeepEqualTo(new double[][] {{1 / 8.0, 3 / 8.0, 4 / 8.0}});
        assertThat(
                        new Bucketing(2, 7, true)
                                .mix(Gram.unknown(3), cohort, RoundFacts.first(3))
                                .cohort()
                                .isUniform())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trimmed-mean(f=%s)",
                "krum(f=%s)",
                "bulyan(f=%s)",
                "mda(f=%s)",
                "nnm(f=%s) | median"
            })
    void aRuleThatCannotOutvoteTheSpoiltBucketsIsRefused(String rule) {
        for (int n = 1; n <= 40; n++) {
            for (int s = 1; s <= 6; s++) {
                for (int f = 1; f <= 6; f++) {
                    var pipeline = "bucketing(s=" + s + ") | " + rule.formatted(f);
                    if (isDefined(AggregationRule.parse(pipeline), n)) {
                        assertThat(s).isLessThanOrEqualTo(n / (2 * f)); // the paper's bound
                    }
                }
            }
        }
    }

    @Test
    void bucketsOfInfiniteRowsAreInfinite() {
        var rows = Matrices.random(14, D, 9);
        rows[3] = Matrices.constant(D, Float.POSITIVE_INFINITY);
        rows[8][2] = Float.NEGATIVE_INFINITY;
        for (var rule : List.of("krum(f=2)", "mda(f=2)", "geometric-median")) {
            var result = AggregationRule.parse("bucketing(s=2) | " + rule).aggregate(rows, null);
            assertThat(Arrays.stream(result).allMatch(Double::isFinite)).as(rule).isTrue();
        }
    }

    @Test
    void boundsAndParametersAreNamed() {
        assertThatThrownBy(() -> AggregationRule.parse("nnm(f=2) | mean").check(4))
                .hasMessage("nnm needs n > 2f, got n=4, f=2");
        assertThatThrownBy(() -> AggregationRule.parse("nnm(f=-1) | mean"))
                .hasMessage("nnm: f must be >= 0, got f=-1");
        assertThatThrownBy(() -> AggregationRule.parse("nnm | mean"))
                .hasMessageContaining("give f, the number of faulty rows");
        assertThatThrownBy(() -> AggregationRule.parse("bucketing(s=0) | mean"))
                .hasMessage("bucketing: s must be >= 1, got s=0");
    }

    private interface Shuffle {
        Mixing mix(int n, int round);
    }

    private static Shuffle bucketing(int s, int seed) {
        return (n, round) ->
                new Bucketing(s, seed, false)
                        .mix(
                                Gram.unknown(n),
                                Cohort.uniform(n),
                                new RoundFacts(round, n, Map.of(), null))
                        .mixing();
    }

    private static void assertNnmAgrees(float[][] rows, int f) {
        var actual = mixed(new NearestNeighbourMixing(f, false), rows);
        var expected = Definitions.nearestNeighbourMixing(Matrices.doubles(rows), f);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                assertThat(actual[i][j])
                        .isCloseTo(
                                expected[i][j],
                                within(1e-13 * Math.max(1, Math.abs(expected[i][j]))));
            }
        }
    }

    private static double[][] mixed(RowStep step, float[][] rows) {
        int n = rows.length;
        var mixing = step.mix(gram(rows), Cohort.uniform(n), RoundFacts.first(n)).mixing();
        return Arrays.stream(mixing.toArrays())
                .map(coefficients -> Passes.combination(new FloatRows(rows), coefficients))
                .toArray(double[][]::new);
    }

    private static Gram gram(float[][] rows) {
        return Gram.ofPacked(rows.length, Passes.products(new FloatRows(rows)));
    }

    private static boolean isDefined(AggregationRule rule, int rows) {
        try {
            rule.check(rows);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
