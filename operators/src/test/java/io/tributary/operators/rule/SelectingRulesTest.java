package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Krum, Multi-Krum, MDA and MoNNA: the mean of rows that are selected whole. */
class SelectingRulesTest {

    private static final int D = 33;

    /** A rule and which rows it selects by its definition. */
    private record Selecting(String form, Definition definition) {

        AggregationRule rule(int f) {
            return AggregationRule.parse(form.formatted(f));
        }

        @Override
        public String toString() {
            return form;
        }
    }

    private interface Definition {
        int[] select(double[][] rows, int f);
    }

    static Stream<Selecting> rules() {
        return Stream.of(
                new Selecting(
                        "krum(f=%s)", (rows, f) -> Definitions.krum(rows, rows.length - f - 2, 1)),
                new Selecting(
                        "krum(f=%s, neighbours=2)", (rows, f) -> Definitions.krum(rows, 2, 1)),
                new Selecting(
                        "multi-krum(f=%s)",
                        (rows, f) ->
                                Definitions.krum(rows, rows.length - f - 2, rows.length - f - 2)),
                new Selecting(
                        "multi-krum(f=%s, keep=3, neighbours=4)",
                        (rows, f) -> Definitions.krum(rows, 4, 3)),
                new Selecting("mda(f=%s)", Definitions::minimumDiameter),
                new Selecting(
                        "monna(f=%s, trusted=1)",
                        (rows, f) -> Definitions.nearest(rows, 1, rows.length - f)));
    }

    @Test
    void krumKeepsTheRowNearestToItsNeighbours() {
        assertAggregates("krum(f=1)", new float[][] {{0}, {1}, {2}, {3}, {99}}, 1, 1);
        assertAggregates("multi-krum(f=1)", new float[][] {{0}, {1}, {2}, {3}, {99}}, 1.5, 1, 2);
    }

    @Test
    void minimumDiameterKeepsTheRowsThatLieClosestTogether() {
        assertAggregates("mda(f=1)", new float[][] {{0}, {3}, {4}, {5}}, 4, 1, 2, 3);
    }

    @Test
    void monnaKeepsTheRowsNearestToTheTrustedOne() {
        assertAggregates(
                "monna(f=1, trusted=0)", new float[][] {{1}, {2}, {4}, {99}}, 7 / 3.0, 0, 1, 2);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void agreesWithItsDefinition(Selecting selecting) {
        for (int n = 7; n <= 14; n++) {
            var duplicates = Matrices.random(n, D, n);
            duplicates[1] = duplicates[0].clone();
            duplicates[n - 1] = duplicates[3].clone();
            assertAgrees(selecting, Matrices.random(n, D, 7L * n));
            assertAgrees(selecting, duplicates);
            assertAgrees(selecting, Matrices.ties(n, 3, n));
            assertAgrees(selecting, Matrices.ties(n, 1, n));
            assertAgrees(selecting, new float[n][D]);
            assertAgrees(selecting, Matrices.affine(Matrices.random(n, D, n), 1e-40, 0));
            assertAgrees(selecting, Matrices.random(n, 1031, n));
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void selectsTheSameRowsFarFromTheOrigin(Selecting selecting) {
        for (int n = 7; n <= 14; n++) {
            assertAgrees(selecting, Matrices.affine(Matrices.random(n, D, n), 0.1, 1e4));
            assertAgrees(selecting, Matrices.affine(Matrices.random(n, 1031, n), 0.1, -1e4));
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void upToFInfiniteRowsAreNotSelected(Selecting selecting) {
        var rows = Matrices.random(11, D, 3);
        rows[0][4] = Float.POSITIVE_INFINITY;
        rows[5][4] = Float.NEGATIVE_INFINITY;
        rows[6] = Matrices.constant(D, Float.NEGATIVE_INFINITY);
        rows[9] = Matrices.constant(D, Float.MAX_VALUE);
        assertAgrees(selecting, rows);
        assertThat(aggregate(selecting.rule(4), rows).weighing().selected())
                .doesNotContain(0, 5, 6, 9);
    }

    @Test
    void tooManyInfiniteRowsAreRefused() {
        var rows = Matrices.random(5, 3, 1);
        rows[0][0] = Float.POSITIVE_INFINITY;
        rows[2][0] = Float.POSITIVE_INFINITY;
        rows[3][2] = Float.NEGATIVE_INFINITY;
        assertRefused("krum(f=1)", rows, "krum has to keep row 0, which is infinitely far");
        assertRefused("multi-krum(f=1)", rows, "multi-krum has to keep row");
        assertRefused("mda(f=2)", rows, "mda has no defined answer: more than f=2 of 5 rows");
        assertRefused("monna(f=2, trusted=1)", rows, "monna has to keep row 0");
        assertRefused("monna(f=2, trusted=3)", rows, "the trusted row 3 has infinite values");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theOrderOfRowsIsIrrelevant(Selecting selecting) {
        var rows = Matrices.random(11, D, 5);
        var order = Matrices.order(11, 6);
        order[IntStream.range(0, 11).filter(i -> order[i] == 1).findFirst().orElseThrow()] =
                order[1];
        order[1] = 1; // who is trusted keeps the name
        var expected = aggregate(selecting.rule(2), rows);
        var permuted = aggregate(selecting.rule(2), Matrices.pick(rows, order));
        assertThat(Arrays.stream(permuted.weighing().selected()).map(i -> order[i]))
                .containsExactlyInAnyOrder(
                        Arrays.stream(expected.weighing().selected())
                                .boxed()
                                .toArray(Integer[]::new));
        assertClose(permuted.result(), expected.result());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void scalingAndMirroringTheRowsScalesAndMirrorsTheResult(Selecting selecting) {
        var rows = Matrices.random(11, D, 8);
        var scaled = aggregate(selecting.rule(2), Matrices.affine(rows, -8, 0));
        var expected = aggregate(selecting.rule(2), rows);
        assertThat(scaled.weighing().selected()).isEqualTo(expected.weighing().selected());
        assertThat(scaled.result())
                .isEqualTo(Arrays.stream(expected.result()).map(x -> -8 * x).toArray());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aCommonShiftShiftsTheResult(Selecting selecting) {
        var rows = Matrices.ties(11, D, 9); // exact, shifted or not
        var shifted = aggregate(selecting.rule(2), Matrices.affine(rows, 1, 4096));
        var expected = aggregate(selecting.rule(2), rows);
        assertThat(shifted.weighing().selected()).isEqualTo(expected.weighing().selected());
        assertClose(
                shifted.result(), Arrays.stream(expected.result()).map(x -> x + 4096).toArray());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void faultyRowsInACrowdAreNotSelected(Selecting selecting) {
        var rows = Matrices.random(11, D, 10);
        for (int i : new int[] {0, 4, 7, 10}) {
            rows[i] = Matrices.constant(D, 1e30f);
        }
        if (!selecting.form().contains("neighbours")) { // fewer neighbours than they are deceive
            assertThat(aggregate(selecting.rule(4), rows).weighing().selected())
                    .doesNotContain(0, 4, 7, 10);
        }
    }

    @Test
    void ofTwoRowsThatAreNearestToEachOtherTheFirstIsKept() {
        for (int seed = 0; seed < 20; seed++) {
            var rows = Matrices.random(7, D, seed);
            assertThat(
                            aggregate(AggregationRule.parse("krum(f=1, neighbours=1)"), rows)
                                    .weighing()
                                    .selected())
                    .isEqualTo(Definitions.krum(Matrices.doubles(rows), 1, 1));
        }
    }

    @Test
    void oneNeighbourIsTooFewForTwoFaultyRowsInOnePlace() {
        var rows = new float[][] {{0}, {1}, {2}, {3}, {4}, {50}, {50}};
        assertAggregates("krum(f=2, neighbours=1)", rows, 50, 5);
        assertAggregates("krum(f=2)", rows, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"multi-krum(f=2%s)", "mda(f=2%s)", "monna(f=2, trusted=0%s)"})
    void selectsByNumberAndAveragesByWeightIfAsked(String form) {
        var rows = Matrices.random(9, D, 11);
        double[] weights = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        var uniform = aggregate(AggregationRule.parse(form.formatted("")), rows);
        var weighted =
                AggregationRule.parse(form.formatted(", average=weighted"))
                        .aggregate(
                                rows,
                                Cohort.weighted(weights),
                                RoundFacts.first(9),
                                RuleState.NONE);
        assertThat(weighted.weighing().selected()).isEqualTo(uniform.weighing().selected());
        var selected = Definitions.pick(Matrices.doubles(rows), weighted.weighing().selected());
        var kept = Arrays.stream(weighted.weighing().selected()).mapToDouble(i -> weights[i]);
        assertClose(weighted.result(), Definitions.weightedMean(selected, kept.toArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"krum(f=1)", "multi-krum(f=1)", "mda(f=1)", "monna(f=1, trusted=0)"})
    void unequalWeightsAreRefusedUnlessTheMeanIsByWeight(String rule) {
        var rows = new float[5][2];
        assertThatThrownBy(
                        () ->
                                AggregationRule.parse(rule)
                                        .aggregate(rows, new double[] {1, 1, 1, 1, 2}))
                .hasMessageContaining("no well-founded form for unequal weights");
        assertThat(AggregationRule.parse(rule).weighted()).isFalse();
        assertThat(AggregationRule.parse(rule.replace(")", ", average=weighted)")).weighted())
                .isTrue();
    }

    @Test
    void aRowIsTrustedByItsName() {
        var cohort =
                new Cohort(
                        List.of("silo-c", "silo-a", "silo-b"),
                        new double[] {1, 1, 1},
                        new double[] {1, 1, 1},
                        new double[3]);
        var rows = new float[][] {{0}, {10}, {11}};
        var rule = AggregationRule.parse("monna(f=1, trusted=silo-b)");
        assertThat(rule.aggregate(rows, cohort, RoundFacts.first(3), RuleState.NONE).result())
                .containsExactly(10.5);
        assertThat(rule.requiredRows()).containsExactly("silo-b");
        assertThatThrownBy(() -> rule.check(List.of("silo-a", "silo-c", "silo-d")))
                .hasMessageContaining("needs row 'silo-b', which is not among");
        assertThatThrownBy(() -> rule.aggregate(rows, null))
                .hasMessageContaining("needs row 'silo-b', which is not among [0, 1, 2]");
    }

    @Test
    void boundsAreNamed() {
        assertBound("krum(f=2)", 6, "krum needs n >= 2f+3, got n=6, f=2");
        assertBound("multi-krum(f=1)", 4, "multi-krum needs n >= 2f+3, got n=4, f=1");
        assertBound("multi-krum(f=1, keep=6)", 5, "multi-krum needs n >= keep, got n=5, keep=6");
        assertBound(
                "krum(f=1, neighbours=5)", 5, "krum needs n > neighbours, got n=5, neighbours=5");
        assertBound("mda(f=2)", 4, "mda needs n > 2f, got n=4, f=2");
        assertBound("monna(f=2, trusted=0)", 4, "monna needs n > 2f, got n=4, f=2");
        assertThatThrownBy(() -> AggregationRule.parse("krum(f=1500000000)"))
                .hasMessage("'krum(f=1500000000)': f must be at most 1000000, got 1500000000");
        AggregationRule.parse("krum(f=2)").check(7);
        AggregationRule.parse("multi-krum(f=1, keep=5, neighbours=4)").check(5);
        AggregationRule.parse("mda(f=2)").check(5);
        AggregationRule.parse("monna(f=2, trusted=0)").check(5);
    }

    @Test
    void parametersThatCannotBeAreRefused() {
        assertUnreadable("krum", "'krum': give f, the number of faulty rows to tolerate");
        assertUnreadable("krum(f=-1)", "krum: f must be >= 0, got f=-1");
        assertUnreadable("krum(f=1, keep=2)", "krum has no parameter keep");
        assertUnreadable("krum(f=1, neighbours=0)", "krum: neighbours must be >= 1");
        assertUnreadable("multi-krum(f=1, keep=-1)", "multi-krum: keep must be >= 1, got keep=-1");
        assertUnreadable("mda(f=1, average=median)", "average must be uniform or weighted");
        assertUnreadable("mda(f=33)", "mda: f must be <= 32, got f=33");
        assertUnreadable("monna(f=1)", "give trusted, the name of the trusted row");
    }

    @Test
    void minimumDiameterIsExactWhereAllSubsetsCannotBeTried() {
        // C(64, 31) is 1.8e18. The honest rows differ in 1 place, the faulty ones lie in pairs.
        var rows = Matrices.affine(Matrices.random(64, 8, 12), 0.01, 0);
        for (int i = 0; i < 31; i++) {
            rows[2 * i] = Matrices.affine(Matrices.random(1, 8, 100 + i / 2), 1, 0)[0];
        }
        var selected = aggregate(AggregationRule.parse("mda(f=31)"), rows).weighing().selected();
        assertThat(selected)
                .containsExactly(
                        IntStream.range(0, 64).filter(i -> i % 2 == 1 || i > 61).toArray());
    }

    @Test
    void minimumDiameterAgreesWithTryingAllSubsetsOfManyRows() {
        for (int seed = 0; seed < 3; seed++) {
            var rows = Matrices.random(18, 3, seed);
            assertThat(aggregate(AggregationRule.parse("mda(f=8)"), rows).weighing().selected())
                    .isEqualTo(Definitions.minimumDiameter(Matrices.doubles(rows), 8));
        }
        var ties = Matrices.ties(18, 2, 5);
        assertThat(aggregate(AggregationRule.parse("mda(f=8)"), ties).weighing().selected())
                .isEqualTo(Definitions.minimumDiameter(Matrices.doubles(ties), 8));
    }

    private static void assertAgrees(Selecting selecting, float[][] rows) {
        for (int f = 0; 2 * f + 3 <= rows.length && f <= 4; f++) {
            if (f < infiniteRows(rows)) {
                continue;
            }
            var exact = Matrices.doubles(rows);
            var expected = selecting.definition().select(exact, f);
            var aggregation = aggregate(selecting.rule(f), rows);
            assertThat(aggregation.weighing().selected())
                    .as("%s, f=%s, n=%s", selecting, f, rows.length)
                    .isEqualTo(expected);
            assertClose(aggregation.result(), Definitions.mean(Definitions.pick(exact, expected)));
        }
    }

    private static int infiniteRows(float[][] rows) {
        int count = 0;
        for (var row : rows) {
            boolean infinite = false;
            for (float x : row) {
                infinite |= Float.isInfinite(x);
            }
            count += infinite ? 1 : 0;
        }
        return count;
    }

    private static void assertAggregates(
            String rule, float[][] rows, double expected, int... selected) {
        var aggregation = aggregate(AggregationRule.parse(rule), rows);
        assertThat(aggregation.result()[0]).isCloseTo(expected, within(1e-15));
        assertThat(aggregation.weighing().selected()).isEqualTo(selected);
    }

    private static void assertRefused(String rule, float[][] rows, String message) {
        assertThatThrownBy(() -> aggregate(AggregationRule.parse(rule), rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static void assertBound(String rule, int rows, String message) {
        assertThatThrownBy(() -> AggregationRule.parse(rule).check(rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void assertUnreadable(String rule, String message) {
        assertThatThrownBy(() -> AggregationRule.parse(rule))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static void assertClose(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int j = 0; j < actual.length; j++) {
            assertThat(actual[j])
                    .isCloseTo(expected[j], within(1e-13 * Math.max(1, Math.abs(expected[j]))));
        }
    }

    private static Aggregation aggregate(AggregationRule rule, float[][] rows) {
        return rule.aggregate(
                rows, Cohort.uniform(rows.length), RoundFacts.first(rows.length), RuleState.NONE);
    }
}
