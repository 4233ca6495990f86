package io.tributary.operators.round;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Kept;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a round whose rule is not defined for the updates that came, {@code
 * trimmed-mean(f=2)} of four for instance.
 *
 * @param specification {@code extend}: the round goes on until it is; {@code lower-f}: the rule
 *     with the largest smaller f for which it is; or another rule
 */
public record Fallback(String specification) {

    private static final String EXTEND = "extend";
    private static final String LOWER_F = "lower-f";

    /**
     * @throws IllegalArgumentException if it is neither of the words nor a rule
     */
    public Fallback {
        if (!specification.equals(EXTEND) && !specification.equals(LOWER_F)) {
            var rule = AggregationRule.parse(specification);
            checkArgument(
                    rule.keeps() == Kept.NOTHING && !rule.addsNoise(),
                    "fallback '%s': a rule that keeps something between rounds, or adds noise,"
                            + " cannot stand in for another",
                    specification);
        }
    }

    /** The rule that stands in for one that has no answer, if this names one. */
    public Optional<AggregationRule> rule() {
        return specification.equals(EXTEND) || specification.equals(LOWER_F)
                ? Optional.empty()
                : Optional.of(AggregationRule.parse(specification));
    }

    /**
     * What to close a round with.
     *
     * @param silos whose updates have come
     * @return the planned rule where it is defined, else what stands in for it; empty if the round
     *     has to go on
     */
    public Optional<AggregationRule> ruleFor(AggregationRule planned, List<String> silos) {
        if (isDefined(planned, silos)) {
            return Optional.of(planned);
        }
        var other =
                specification.equals(LOWER_F)
                        ? planned.lowered(silos.size())
                        : rule().filter(r -> !planned.addsNoise());
        return other.filter(r -> isDefined(r, silos));
    }

    /**
     * Refuses a plan under which some permitted cohort could never be closed.
     *
     * @throws IllegalArgumentException naming the rule, the quorum and the remedies
     */
    void checkQuorum(AggregationRule planned, int quorum) {
        try {
            planned.check(quorum);
        } catch (IllegalArgumentException e) {
            boolean standIn =
                    specification.equals(LOWER_F)
                            ? planned.lowered(quorum).isPresent()
                            : rule().filter(r -> isDefinedFor(r, quorum)).isPresent();
            checkArgument(
                    standIn,
                    "rule '%s' is not defined for a quorum of %s (%s) and fallback '%s' does not"
                            + " help; raise the quorum, or let the fallback be lower-f or a rule"
                            + " that is",
                    planned,
                    quorum,
                    e.getMessage(),
                    specification);
        }
    }

    private static boolean isDefinedFor(AggregationRule rule, int rows) {
        try {
            rule.check(rows);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDefined(AggregationRule rule, List<String> silos) {
        try {
            rule.check(silos);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return specification;
    }
}
