package io.tributary.operators.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.operators.rule.AggregationRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FallbackTest {

    @ParameterizedTest
    @ValueSource(strings = {"extend", "lower-f", "median"})
    void aRuleThatIsDefinedIsTheOneThatWasPlanned(String fallback) {
        assertThat(rule(fallback, "trimmed-mean(f=2)", 5)).contains("trimmed-mean(f=2)");
    }

    @ParameterizedTest
    @CsvSource({
        "extend, trimmed-mean(f=2), 4, ",
        "lower-f, trimmed-mean(f=2), 4, trimmed-mean(f=1)",
        "lower-f, trimmed-mean(f=2), 2, trimmed-mean(f=0)",
        "lower-f, krum(f=2), 6, krum(f=1)",
        "lower-f, krum(f=2), 2, ",
        "lower-f, nnm(f=2) | trimmed-mean(f=2), 4, nnm(f=1) | trimmed-mean(f=1)",
        "lower-f, nnm(f=1) | krum(f=2), 6, nnm(f=1) | krum(f=1)",
        "median, trimmed-mean(f=2), 4, median",
        "krum(f=1), trimmed-mean(f=2), 4, ",
    })
    void otherwiseItIsWhatTheFallbackSays(
            String fallback, String planned, int rows, String expected) {
        assertThat(rule(fallback, planned, rows)).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void aTrustedSiloThatIsMissingIsNotReplacedByALowerF() {
        var planned = AggregationRule.parse("monna(f=1, trusted=9)");
        var silos = List.of("0", "1", "2");

        assertThat(new Fallback("extend").ruleFor(planned, silos)).isEmpty();
        assertThat(new Fallback("lower-f").ruleFor(planned, silos)).isEmpty();
        assertThat(new Fallback("median").ruleFor(planned, silos)).hasToString("Optional[median]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"centered-clipping(tau=1)", "foolsgold", "dp-mean(clip=1)"})
    void whatKeepsSomethingOrAddsNoiseCannotStandIn(String rule) {
        assertThatThrownBy(() -> new Fallback(rule))
                .hasMessageContaining("fallback '%s'".formatted(rule))
                .hasMessageContaining("cannot stand in for another");
    }

    @Test
    void anythingElseThatIsNoRuleIsRefused() {
        assertThatThrownBy(() -> new Fallback("hope")).hasMessageContaining("hope");
    }

    @ParameterizedTest
    @CsvSource({
        "extend, krum(f=1), 4, 'krum needs n >= 2f+3, got n=4, f=1'",
        "lower-f, krum(f=1), 2, 'krum needs n >= 2f+3, got n=2, f=1'",
        "krum(f=0), krum(f=1), 2, 'krum needs n >= 2f+3, got n=2, f=1'",
        "extend, bucketing(s=2) | trimmed-mean(f=1), 4, trimmed-mean needs n > 2f",
    })
    void plansThatACohortOfTheQuorumCouldNeverCloseAreRefused(
            String fallback, String planned, int quorum, String reason) {
        var rule = AggregationRule.parse(planned);

        assertThatThrownBy(() -> new Fallback(fallback).checkQuorum(rule, quorum))
                .hasMessageContaining(rule.toString())
                .hasMessageContaining("is not defined for a quorum of " + quorum)
                .hasMessageContaining(reason)
                .hasMessageContaining("fallback '%s' does not help".formatted(fallback))
                .hasMessageContaining("raise the quorum");
    }

    @ParameterizedTest
    @CsvSource({"extend, 5", "lower-f, 3", "median, 1", "krum(f=0), 3"})
    void plansThatCanCloseAreNot(String fallback, int quorum) {
        new Fallback(fallback).checkQuorum(AggregationRule.parse("krum(f=1)"), quorum);
    }

    /** What a quorum is checked for is what a close does. */
    @ParameterizedTest
    @ValueSource(strings = {"extend", "lower-f", "median", "krum(f=1)"})
    void aQuorumIsRefusedExactlyIfItHasNoRule(String fallback) {
        for (var planned : List.of("krum(f=2)", "trimmed-mean(f=2)", "nnm(f=1) | krum(f=1)")) {
            for (int n = 1; n <= 9; n++) {
                int rows = n;
                var rule = AggregationRule.parse(planned);
                boolean refused = false;
                try {
                    new Fallback(fallback).checkQuorum(rule, rows);
                } catch (IllegalArgumentException e) {
                    refused = true;
                }
                assertThat(refused)
                        .as("%s of %s, fallback %s", planned, rows, fallback)
                        .isEqualTo(rule(fallback, planned, rows).isEmpty());
            }
        }
    }

    private static Optional<String> rule(String fallback, String planned, int rows) {
        var silos = IntStream.range(0, rows).mapToObj(Integer::toString).toList();
        return new Fallback(fallback)
                .ruleFor(AggregationRule.parse(planned), silos)
                .map(AggregationRule::toString);
    }
}
