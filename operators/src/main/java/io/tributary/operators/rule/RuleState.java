package io.tributary.operators.rule;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rule keeps from one round to the next.
 *
 * @param centre the rule's last result, {@code [d]}; null before the first
 * @param histories sum of all rows of each silo, {@code [d]}, by name
 * @param scalars named numbers
 */
public record RuleState(
        float @Nullable [] centre, Map<String, float[]> histories, Map<String, Double> scalars) {

    public static final RuleState NONE = new RuleState(null, Map.of(), Map.of());
}
