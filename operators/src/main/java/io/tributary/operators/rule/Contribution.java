package io.tributary.operators.rule;

/**
 * What a folding rule may know of a silo besides its delta.
 *
 * @param weight fixed objective weight from the plan, above 0; the weights of all planned silos sum
 *     to 1
 * @param normalizer response of its local solver to a constant unit gradient, above 0
 */
public record Contribution(double weight, double normalizer) {}
