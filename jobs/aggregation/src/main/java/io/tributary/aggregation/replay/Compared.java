package io.tributary.aggregation.replay;

import io.tributary.schemas.model.ModelVersion;
import java.util.Map;

/**
 * What another rule or optimizer would have made of a round, against what was published.
 *
 * @param version manifest of the published version
 * @param rule the rule that was applied
 * @param serverOptimizer the optimizer that was applied
 * @param digest of what came out
 * @param norm L2 norm of the difference of the two versions
 * @param relative that norm in units of the published step; NaN if that is 0
 * @param cosine between the two steps; NaN if one of them is 0
 * @param coefficients by silo, what its delta was multiplied by; empty for a rule that works
 *     coordinate by coordinate or folds
 */
public record Compared(
        ModelVersion version,
        String rule,
        String serverOptimizer,
        String digest,
        double norm,
        double relative,
        double cosine,
        Map<String, Double> coefficients) {}
