package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules as pipelines: composition, bounds of the whole, and what is refused. */
class AggregationRuleTest {

    private static final int D = 47;

    @Test
    void aMixingStepToleratesAsManyAsTheRuleBehindItUnlessItSaysSo() {
        assertThat(AggregationRule.parse("nnm | trimmed-mean(f=2)"))
                .hasToString("nnm(f=2) | trimmed-mean(f=2)");
        assertThat(AggregationRule.parse("arc | nnm(f=1) | krum(f=2, neighbours=3)"))
                .hasToString("arc(f=2) | nnm(f=1) | krum(f=2, neighbours=3)");
        assertThatThrownBy(() -> AggregationRule.parse("nnm | median"))
                .hasMessageContaining("give f, the number of faulty rows");
    }

    @Test
    void weightsThatNobodyBehindReadsAreNotSet() {
        assertThatThrownBy(() -> AggregationRule.parse("share-cap(max=0.4) | krum(f=1)"))
                .hasMessageContaining("what is behind it counts rows; leave the step out");
        assertThat(AggregationRule.parse("share-cap(max=0.4) | krum(f=1, average=weighted)"))
                .isNotNull();
        assertThatThrownBy(() -> AggregationRule.parse("fednova | q-fedavg(q=1)"))
                .hasMessageContaining("no step can stand before it");
    }

    @Test
    void multiKrumBehindNnmIsMultiKrumOfTheMixedRows() {
        for (int n = 7; n <= 15; n++) {
            var rows = Matrices.random(n, D, n);
            rows[n - 1] = Matrices.constant(D, 50);
            var mixed = Definitions.nearestNeighbourMixing(Matrices.doubles(rows), 2);
            var selected = Definitions.krum(mixed, n - 4, n - 4);
            var aggregation = aggregate("nnm(f=2) | multi-krum(f=2)", rows);
            assertThat(aggregation.weighing().selected()).isEqualTo(selected);
            assertClose(
                    aggregation.result(),
                    Definitions.mean(Definitions.pick(mixed, selected)),
                    1e-13);
        }
    }

    @Test
    void aCoordinateWiseRuleBehindNnmSeesTheMixedRows() {
        for (int n = 5; n <= 14; n++) {
            var rows = Matrices.random(n, D, n);
            var mixed = Definitions.nearestNeighbourMixing(Matrices.doubles(rows), 2);
            var expected = new double[D];
            for (int j = 0; j < D; j++) {
                int coordinate = j;
                var column = Arrays.stream(mixed).mapToDouble(row -> row[coordinate]).sorted();
                expected[j] = Arrays.stream(column.toArray(), 2, n - 2).average().orElseThrow();
            }
            // mixed rows are rounded to float32
            assertClose(aggregate("nnm(f=2) | trimmed-mean(f=2)", rows).result(), expected, 1e-7);
        }
    }

    @Test
    void stepsFollowEachOther() {
        var rows = Matrices.random(12, D, 1);
        var once = Definitions.nearestNeighbourMixing(Matrices.doubles(rows), 3);
        var twice = Definitions.nearestNeighbourMixing(once, 2);
        var ones = new double[12];
        Arrays.fill(ones, 1);
        assertClose(
                aggregate("nnm(f=3) | nnm(f=2) | geometric-median", rows).result(),
                Definitions.geometricMedian(twice, ones, 3, 0.1),
                1e-12);
        assertClose(
                aggregate("nnm(f=3) | bulyan(f=2)", rows).result(),
                Definitions.bulyan(once, 2),
                1e-7);
    }

    @Test
    void bucketsMeetTheRuleBehindThem() {
        var rows = Matrices.random(11, D, 2);
        var mixing =
                new Bucketing(2, 5, false)
                        .mix(Gram.unknown(11), Cohort.uniform(11), RoundFacts.first(11))
                        .mixing();
        var buckets = new double[6][];
        for (int k = 0; k < 6; k++) {
            buckets[k] = Definitions.weightedMean(Matrices.doubles(rows), mixing.toArrays()[k]);
        }
        var aggregation = aggregate("bucketing(s=2, seed=5) | krum(f=1)", rows);
        var selected = Definitions.krum(buckets, 3, 1);
        assertThat(aggregation.weighing().selected()).isEqualTo(selected);
        assertClose(aggregation.result(), buckets[selected[0]], 1e-13);
    }

    @Test
    void smallExampleOfARuleBehindFedNova() {
        var cohort =
                new Cohort(
                        List.of("a", "b", "c"),
                        Cohort.uniform(3).weights(),
                        new double[] {1, 4, 1},
                        new double[3]);
        var combined =
                AggregationRule.parse("fednova | median")
                        .aggregate(
                                new float[][] {{1}, {4}, {9}},
                                cohort,
                                RoundFacts.first(3),
                                RuleState.NONE)
                        .result();
        assertThat(combined).containsExactly(2);
    }

    @Test
    void robustRulesBehindFedNovaSeeWhatWasMovedPerUnitOfWork() {
        double[] work = {1, 2, 4, 8, 2, 1, 16}; // powers of two: the quotients are exact
        var rows = Matrices.random(7, D, 3);
        var perUnit = new float[7][D];
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < D; j++) {
                perUnit[i][j] = (float) (rows[i][j] / work[i]);
            }
        }
        double tauEff = Arrays.stream(work).average().orElseThrow();
        var cohort =
                new Cohort(
                        List.of("a", "b", "c", "d", "e", "f", "g"),
                        Cohort.uniform(7).weights(),
                        work,
                        new double[7]);
        for (var rule : List.of("trimmed-mean(f=2)", "krum(f=2)", "mda(f=2)", "bulyan(f=1)")) {
            var behind =
                    AggregationRule.parse("fednova | " + rule)
                            .aggregate(rows, cohort, RoundFacts.first(7), RuleState.NONE);
            var alone = aggregate(rule, perUnit);
            assertThat(behind.weighing().selected()).isEqualTo(alone.weighing().selected());
            assertClose(
                    behind.result(),
                    Arrays.stream(alone.result()).map(x -> tauEff * x).toArray(),
                    1e-13);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mean; COHORT",
                "median; COHORT",
                "fednova | median; COHORT",
                "bucketing(s=2) | median; COHORT",
                "krum(f=1); PRODUCTS",
                "fednova | krum(f=1); PRODUCTS",
                "bucketing(s=2) | krum(f=1); PRODUCTS",
                "nnm(f=1) | median; PRODUCTS",
                "nnm(f=1) | mean; PRODUCTS",
                "bulyan(f=1); PRODUCTS",
                "geometric-median; PRODUCTS",
                "geometric-median(iterations=1); NORMS",
                "fednova | geometric-median(iterations=1); NORMS",
                "bucketing(s=2) | geometric-median(iterations=1); PRODUCTS"
            })
    void asksForNoMoreEvidenceThanItNeeds(String rule, Evidence evidence) {
        assertThat(AggregationRule.parse(rule).evidence()).isEqualTo(evidence);
    }

    @Test
    void normsAreEnoughForARuleThatAsksForNorms() {
        var weighing =
                AggregationRule.parse("geometric-median(iterations=1)")
                        .weigh(
                                Gram.ofSquaredNorms(new double[] {1, 1, 4}),
                                Cohort.uniform(3),
                                RoundFacts.first(3));
        assertThat(weighing.coefficients()).containsExactly(0.4, 0.4, 0.2);
    }

    @Test
    void theBoundsOfAllStagesAreChecked() {
        var rule = AggregationRule.parse("bucketing(s=2) | krum(f=2)");
        rule.check(13);
        assertThatThrownBy(() -> rule.check(10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "krum needs n >= 2f+3, got n=5, f=2 (the steps before leave 5 of 10 rows)");
        assertThatThrownBy(() -> rule.aggregate(new float[10][3], null))
                .hasMessageContaining("krum needs n >= 2f+3, got n=5, f=2");
        assertThatThrownBy(() -> AggregationRule.parse("nnm(f=2) | bulyan(f=2)").check(10))
                .hasMessage("bulyan needs n >= 4f+3, got n=10, f=2");
        assertThatThrownBy(() -> AggregationRule.parse("bucketing(s=2) | bulyan(f=1)").check(12))
                .hasMessageContaining("bulyan needs n >= 4f+3, got n=6, f=1 (the steps before");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "krum(f=3); 7; krum(f=2)",
                "krum(f=3, average=weighted); 5; krum(f=1, average=weighted)",
                "bulyan(f=2); 8; bulyan(f=1)",
                "nnm(f=3) | trimmed-mean(f=2); 6; nnm(f=2) | trimmed-mean(f=2)",
                "nnm(f=1) | krum(f=3); 6; nnm(f=1) | krum(f=1)",
                "bucketing(s=2) | krum(f=2); 10; bucketing(s=2) | krum(f=1)",
                "mda(f=2); 1; mda(f=0)"
            })
    void lowersEveryFToTheLargestThatTheRowsAllow(String rule, int rows, String lowered) {
        assertThat(AggregationRule.parse(rule).lowered(rows).orElseThrow()).hasToString(lowered);
    }

    @Test
    void noLowerFHelpsWhereOtherBoundsAreBroken() {
        assertThat(AggregationRule.parse("krum(f=1)").lowered(2)).isEmpty();
        assertThat(AggregationRule.parse("multi-krum(f=2, keep=6)").lowered(5)).isEmpty();
        assertThat(AggregationRule.parse("median").lowered(5)).isEmpty();
    }

    @Test
    void onlyStagesThatAllKnowWeightsKnowWeights() {
        assertThat(AggregationRule.parse("geometric-median").weighted()).isTrue();
        assertThat(AggregationRule.parse("nnm(f=1) | geometric-median").weighted()).isFalse();
        assertThat(
                        AggregationRule.parse("nnm(f=1, average=weighted) | geometric-median")
                                .weighted())
                .isTrue();
        assertThat(AggregationRule.parse("nnm(f=1, average=weighted) | krum(f=1)").weighted())
                .isFalse();
        assertThatThrownBy(
                        () ->
                                AggregationRule.parse("bucketing(s=2) | mean")
                                        .aggregate(new float[3][1], new double[] {1, 2, 3}))
                .hasMessage(
                        "'bucketing(s=2) | mean' has no well-founded form for unequal weights: it"
                                + " counts rows, or weighs them itself; use equal weights, or"
                                + " average=weighted where the rule takes it");
    }

    @Test
    void aStepAloneOrInThePlaceOfARuleIsRefused() {
        assertUnreadable("nnm(f=2)", "'nnm(f=2)' is a step before a rule; put one behind it");
        assertUnreadable("mean | nnm(f=2)", "'nnm(f=2)' is a step before a rule");
        assertUnreadable("krum(f=1) | mean", "'krum(f=1)' is a rule, which ends a specification");
        assertUnreadable("mix | mean", "unknown step 'mix'; known: fednova, nnm, bucketing");
        assertUnreadable("crumb", "unknown rule 'crumb'; known: mean, fednova, median");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bucketing(s=2) | monna(f=1, trusted=0)",
                "nnm(f=1) | bucketing(s=2) | nnm(f=1) | monna(f=1, trusted=0)",
                "bucketing(s=2) | fednova",
                "bucketing(s=2) | fednova | median"
            })
    void nothingCanLookForASiloBehindBuckets(String rule) {
        assertUnreadable(rule, "has to know which silo a row is from, and behind bucketing");
    }

    @Test
    void silosCanBeLookedUpBeforeBuckets() {
        var rows = Matrices.random(6, D, 4);
        assertThat(AggregationRule.parse("fednova | bucketing(s=2) | median").aggregate(rows, null))
                .hasSize(D);
        assertThat(AggregationRule.parse("nnm(f=1) | monna(f=1, trusted=3)").aggregate(rows, null))
                .hasSize(D);
    }

    @Test
    void rowsThatAreNotNumbersAreRefused() {
        var rows = new float[][] {{1, 2}, {3, Float.NaN}, {4, 5}};
        assertThatThrownBy(() -> AggregationRule.parse("median").aggregate(rows, null))
                .hasMessageContaining("row 1 is not a number at coordinate 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mean", "median", "trimmed-mean(f=1)", "geometric-median", "cosine-filter"})
    void weightsMeanTheSameInEveryScale(String rule) {
        var rows = new float[][] {{1, 2}, {3, 4}, {5, 6}, {7, 9}};
        var expected = AggregationRule.parse(rule).aggregate(rows, new double[] {4, 1, 2, 3});
        for (double unit : new double[] {1e-60, 1e59}) {
            var weights = new double[] {4 * unit, unit, 2 * unit, 3 * unit};
            assertClose(AggregationRule.parse(rule).aggregate(rows, weights), expected, 1e-12);
        }
        for (double weight : new double[] {0, -1, 1e-320, 1e308, Double.NaN}) {
            var weights = new double[] {1, weight, 1, 1};
            assertThatThrownBy(() -> AggregationRule.parse(rule).aggregate(rows, weights))
                    .hasMessage(
                            "weight of row 1 must be above 0, from 1.0E-60 to 1.0E60, got "
                                    + weight);
        }
    }

    @Test
    void oppositeInfinitiesThatMeetAreRefused() {
        var rows =
                new float[][] {{1, Float.POSITIVE_INFINITY}, {3, 4}, {4, Float.NEGATIVE_INFINITY}};
        assertThatThrownBy(() -> AggregationRule.parse("mean").aggregate(rows, null))
                .hasMessageContaining(
                        "'mean' has no defined answer for these rows: infinite values meet in"
                                + " coordinate 1");
    }

    private static void assertUnreadable(String rule, String message) {
        assertThatThrownBy(() -> AggregationRule.parse(rule))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static void assertClose(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int j = 0; j < expected.length; j++) {
            assertThat(actual[j])
                    .isCloseTo(expected[j], within(tolerance * Math.max(1, Math.abs(expected[j]))));
        }
    }

    private static Aggregation aggregate(String rule, float[][] rows) {
        return AggregationRule.parse(rule)
                .aggregate(
                        rows,
                        Cohort.uniform(rows.length),
                        RoundFacts.first(rows.length),
                        RuleState.NONE);
    }
}
