package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.spec.Spec;

/**
 * How the deltas of a cohort become one combined delta.
 *
 * <p>What a rule needs to see decides what the aggregator has to keep until a round closes: a
 * {@link FoldingRule} needs one row at a time and keeps a running sum, a {@link CoordinateWiseRule}
 * needs all rows of a coordinate and keeps them all.
 */
public interface AggregationRule {

    /** Fewest rows the rule is defined for. */
    int minimumRows();

    /** Whether the rule has a meaning for unequal weights. */
    boolean weighted();

    /**
     * Reads a rule from its specification: {@code mean}, {@code fednova}, {@code median}, {@code
     * trimmed-mean(f=2)} or {@code trimmed-mean(fraction=0.2)}.
     *
     * @throws IllegalArgumentException if there is no such rule or a parameter is out of range
     */
    static AggregationRule parse(String specification) {
        var spec = Spec.parse(specification);
        switch (spec.name()) {
            case "mean":
                spec.allow();
                return new Mean();
            case "fednova":
                spec.allow();
                return new FedNova();
            case "median":
                spec.allow();
                return new Median();
            case "trimmed-mean":
                spec.allow("f", "fraction");
                checkArgument(
                        spec.has("f") != spec.has("fraction"),
                        "'%s': give either f (a count) or fraction",
                        spec);
                return spec.has("f")
                        ? TrimmedMean.ofCount(spec.integer("f", 0))
                        : TrimmedMean.ofFraction(spec.number("fraction", 0));
            default:
                throw spec.unknown("rule", "mean", "fednova", "median", "trimmed-mean");
        }
    }
}
