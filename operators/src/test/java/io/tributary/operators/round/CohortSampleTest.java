package io.tributary.operators.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.rule.AggregationRule;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CohortSampleTest {

    private static final List<SiloStanding> SIXTY =
            IntStream.range(0, 60)
                    .mapToObj(i -> new SiloStanding("silo-%02d".formatted(i), 0, 0, 0, 0))
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
