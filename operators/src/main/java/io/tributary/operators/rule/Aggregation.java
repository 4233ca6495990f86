package io.tributary.operators.rule;

/**
 * The outcome of one aggregation of whole rows.
 *
 * @param result the combined delta, {@code [d]}
 * @param weighing how it was made
 * @param state what to hand in with the next round
 */
public record Aggregation(double[] result, Weighing weighing, RuleState state) {}
