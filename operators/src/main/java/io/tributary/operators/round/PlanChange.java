package io.tributary.operators.round;

/**
 * A setting that an operator has changed while the federation runs.
 *
 * @param key the job option that it replaces, e.g. {@code round.quorum}
 * @param value in the form that {@link PlanSetting} reads
 */
public record PlanChange(String key, String value) {}
