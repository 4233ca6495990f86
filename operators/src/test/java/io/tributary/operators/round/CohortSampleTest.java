package io.tributary.operators.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.rule.AggregationRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CohortSampleTest {

    private static final List<SiloStanding> SIXTY =
            IntStream.range(0, 60)
                    .mapToObj(
                            i ->
                                    new SiloStanding(
                                            "silo-%02d".formatted(i), 0, 0, 0, List.of(), false))
                    .toList();

    @Test
    void everybodyTakesPartIfTheRuleTakesThemAll() {
        assertThat(CohortSample.of(federation("multi-krum(f=2)"), SIXTY, 1)).isEqualTo(SIXTY);
    }

    /** SMEA looks at C(n, f) subsets. */
    @ParameterizedTest
    @ValueSource(strings = {"smea(f=4)", "monna(f=2, trusted=silo-07) ", "nnm(f=2) | smea(f=4)"})
    void noMoreArePlannedThanTheRuleIsDefinedFor(String rule) {
        var sample = CohortSample.of(federation(rule), SIXTY, 1);

        var names = sample.stream().map(SiloStanding::silo).toList();
        assertThatCode(() -> AggregationRule.parse(rule).check(names)).doesNotThrowAnyException();
        assertThat(sample)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Comparator.comparing(SiloStanding::silo));
        if (sample.size() < SIXTY.size()) {
            int more = sample.size() + 1;
            assertThat(AggregationRule.parse(rule)).satisfies(r -> refuses(r, more));
        }
    }

    @Test
    void whoIsDrawnIsAFunctionOfSeedAndRoundAndInTimeEverybody() {
        var federation = federation("smea(f=4)");
        var drawn = new HashSet<SiloStanding>();
        for (int round = 1; round <= 30; round++) {
            var sample = CohortSample.of(federation, SIXTY, round);
            assertThat(CohortSample.of(federation, SIXTY, round)).isEqualTo(sample);
            drawn.addAll(sample);
        }
        assertThat(drawn).hasSameElementsAs(SIXTY);
        assertThat(CohortSample.of(federation, SIXTY, 1))
                .isNotEqualTo(CohortSample.of(federation, SIXTY, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "8, 60, 8",
        "0.25, 60, 15",
        "0.01, 60, 3",
        "0.25, 5, 3",
        "all, 60, 60",
        "90, 60, 60"
    })
    void theSampleHasTheSizeOfThePlanAndAtLeastAQuorum(String sample, int live, int expected) {
        var federation = sampled(sample, 5, 3, "mean");

        assertThat(CohortSample.of(federation, SIXTY.subList(0, live), 1)).hasSize(expected);
    }

    @Test
    void aSampleIsNoLargerThanTheRuleTakes() {
        int most = CohortSample.of(federation("smea(f=4)"), SIXTY, 1).size();
        var larger = Altered.copy(federation("smea(f=4)"), "sample", new SampleSize("0.9"));

        assertThat(most).isBetween(11, 53);
        assertThat(CohortSample.of(larger, SIXTY, 1)).hasSize(most);
    }

    /** Each of 60 in a share of 15/60 of 4000 rounds: 1000, with a deviation of 27. */
    @Test
    void withoutSizesEverybodyIsDrawnEquallyOften() {
        var counts = counts(sampled("0.25", 5, 3, "mean"), SIXTY, 4_000);

        assertThat(counts.values()).hasSize(60).allMatch(n -> n > 880 && n < 1_120);
    }

    /**
     * Pairs of 15 of 60 meet in a share of 15/60 14/59 of the rounds: 237 of 4000, deviation 15.
     */
    @Test
    void whoIsDrawnDoesNotDependOnWhoElseIs() {
        var federation = sampled("0.25", 5, 3, "mean");
        var pairs = new TreeMap<String, Integer>();
        for (int round = 1; round <= 4_000; round++) {
            var names = names(CohortSample.of(federation, SIXTY, round));
            for (int i = 0; i < 20; i += 2) {
                var pair = names(SIXTY.subList(i, i + 2));
                if (names.containsAll(pair)) {
                    pairs.merge(pair.get(0), 1, Integer::sum);
                }
            }
        }
        assertThat(pairs.values()).hasSize(10).allMatch(n -> n > 177 && n < 297);
    }

    /**
     * Two of sizes 1, 2 and 5 (9, capped), without replacement: silo i is in with probability w_i +
     * the sum over j of w_j w_i / (1 - w_j).
     */
    @Test
    void bySizeSilosAreDrawnOneByOneInProportionToTheirCappedSizes() {
        var live = List.of(sized("a", 1), sized("b", 2), sized("c", 9));
        var federation =
                Altered.copy(
                        Altered.copy(
                                sampled("2", 3, 2, "mean"),
                                "sampleBy",
                                WeightBasis.DECLARED_TOKENS),
                        "weightCap",
                        5L);
        double[] w = {1 / 8.0, 2 / 8.0, 5 / 8.0};
        int rounds = 20_000;

        var counts = counts(federation, live, rounds);

        for (int i = 0; i < 3; i++) {
            double expected = w[i];
            for (int j = 0; j < 3; j++) {
                expected += j == i ? 0 : w[j] * w[i] / (1 - w[j]);
            }
            assertThat(counts.get(live.get(i).silo()) / (double) rounds)
                    .isCloseTo(expected, within(0.015));
        }
    }

    @Test
    void aSiloThatDeclaresNothingIsDrawnNowAndThen() {
        var live = List.of(sized("a", 0), sized("b", 3), sized("c", 3));
        var federation =
                Altered.copy(sampled("1", 3, 1, "mean"), "sampleBy", WeightBasis.DECLARED_TOKENS);

        assertThat(counts(federation, live, 2_000).get("a")).isBetween(215, 360);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNIFORM", "DECLARED_TOKENS"})
    void theOrderOfTheLiveSilosDoesNotMatter(WeightBasis basis) {
        var federation = Altered.copy(sampled("7", 8, 3, "mean"), "sampleBy", basis);
        var shuffled = new ArrayList<>(SIXTY);
        Collections.shuffle(shuffled, new Random(3));
        for (int round = 1; round <= 50; round++) {
            assertThat(CohortSample.of(federation, shuffled, round))
                    .isEqualTo(CohortSample.of(federation, SIXTY, round));
        }
    }

    @Test
    void whoWasNotDrawnMayLeaveWithoutChangingTheSample() {
        var federation = sampled("7", 8, 3, "mean");
        for (int round = 1; round <= 50; round++) {
            var sample = CohortSample.of(federation, SIXTY, round);
            var fewer = new ArrayList<>(SIXTY);
            for (var standing : SIXTY) {
                if (!sample.contains(standing) && fewer.size() > 20) {
                    fewer.remove(standing);
                }
            }
            assertThat(CohortSample.of(federation, fewer, round)).isEqualTo(sample);
        }
    }

    @Test
    void anotherSeedDrawsOthers() {
        var federation = sampled("7", 8, 3, "mean");

        assertThat(CohortSample.of(Altered.copy(federation, "seed", 2L), SIXTY, 1))
                .isNotEqualTo(CohortSample.of(federation, SIXTY, 1));
    }

    @Test
    void whomTheRuleTrustsIsAlwaysInAndTheOthersShareTheRest() {
        var federation = sampled("6", 8, 3, "monna(f=1, trusted=silo-07)");

        var counts = counts(federation, SIXTY, 2_000);

        assertThat(counts.remove("silo-07")).isEqualTo(2_000);
        assertThat(counts.values()).hasSize(59).allMatch(n -> n > 110 && n < 235); // 169, 12
        assertThat(counts.values().stream().mapToInt(n -> n).sum()).isEqualTo(5 * 2_000);
    }

    @Test
    void samplesThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> sampled("4", 8, 5, "mean"))
                .hasStackTraceContaining("a sample of 4 cannot hold the 5 silos of the quorum");
        assertThatThrownBy(
                        () ->
                                Altered.copy(
                                        sampled("all", 13, 5, "mean"),
                                        "rule",
                                        "monna(f=7, trusted=silo-07)"))
                .hasStackTraceContaining("n > 2f");
    }

    /** Defined for the minimum of silos, but not for the part of it that would be planned. */
    @Test
    void aRuleThatNeedsMoreThanTheSampleIsRefusedWithTheRemedy() {
        var federation = Altered.copy(sampled("all", 8, 3, "mean"), "fallback", "mean");
        var krum = Altered.copy(federation, "rule", "krum(f=2)");

        assertThatThrownBy(() -> Altered.copy(krum, "sample", new SampleSize("0.5")))
                .hasStackTraceContaining("krum needs n >= 2f+3, got n=4, f=2")
                .hasStackTraceContaining("sample 0.5 of the minimum of silos plans rounds for 4");
        assertThat(Altered.copy(krum, "sample", new SampleSize("7")).sample()).isNotNull();
    }

    private static Map<String, Integer> counts(
            FederationPlan federation, List<SiloStanding> live, int rounds) {
        var counts = new TreeMap<String, Integer>();
        for (int round = 1; round <= rounds; round++) {
            for (var name : names(CohortSample.of(federation, live, round))) {
                counts.merge(name, 1, Integer::sum);
            }
        }
        return counts;
    }

    private static List<String> names(List<SiloStanding> silos) {
        return silos.stream().map(SiloStanding::silo).toList();
    }

    private static SiloStanding sized(String silo, long tokens) {
        return new SiloStanding(silo, 0, tokens, 0, List.of(), false);
    }

    private static FederationPlan sampled(String sample, int minSilos, int quorum, String rule) {
        var plan = SmallFederation.federation("mean", "sgd(lr=1)");
        plan = Altered.copy(Altered.copy(plan, "minSilos", minSilos), "quorum", quorum);
        return Altered.copy(Altered.copy(plan, "rule", rule), "sample", new SampleSize(sample));
    }

    private static void refuses(AggregationRule rule, int rows) {
        assertThat(catchThrowable(() -> rule.check(rows)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static FederationPlan federation(String rule) {
        var plan = SmallFederation.federation("mean", "sgd(lr=1)");
        return Altered.copy(
                Altered.copy(Altered.copy(plan, "minSilos", 11), "quorum", 11), "rule", rule);
    }
}
