package io.tributary.operators.rule;

import org.jspecify.annotations.Nullable;

/**
 * A rule whose result is a linear combination of whole rows, with coefficients that follow from
 * their inner products: {@code combined = sum_i a_i(G) row_i}.
 *
 * <p>Shapes, of every such rule: rows {@code [n][d]}, their Gram matrix {@code G} {@code [n][n]},
 * coefficients {@code [n]}, the result {@code [d]}; with a centre, which is one more row, {@code
 * [n+1][d]}, {@code [n+1][n+1]} and {@code [n+1]}. To combine the rows costs O(n d) on top of what
 * a rule tells of its own.
 */
public non-sealed interface LinearRule extends FinalRule {

    /** What it keeps from one round to the next. */
    default Kept keeps() {
        return Kept.NOTHING;
    }

    /** Why no step can stand before it; null if one can. */
    default @Nullable String whyAlone() {
        return keeps() == Kept.HISTORIES ? "weighs what silos have sent over all rounds" : null;
    }

    /**
     * Standard deviation of the noise that is added to its result, in units of the most that one
     * silo can move it; 0 for none.
     */
    default double noiseMultiplier() {
        return 0;
    }

    /**
     * Refuses numbers of planned silos for which the rule is not defined, whoever comes.
     *
     * @throws IllegalArgumentException naming the rule, the bound and the number
     */
    default void checkPlanned(int silos) {}

    /**
     * Computes the coefficients.
     *
     * @param gram of the rows as far as {@link #evidence()} asks for it; for a rule that keeps a
     *     centre, that is its last row; for one that keeps histories, it is the histories' matrix
     * @param cohort what else is known of the rows
     */
    Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts);
}
