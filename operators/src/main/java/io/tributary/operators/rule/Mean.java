package io.tributary.operators.rule;

import java.util.List;

/**
 * Weighted mean of the deltas (FedAvg).
 *
 * <pre>{@code combined = sum_i p_i delta_i / sum_i p_i}</pre>
 *
 * <p>Source: McMahan et al., AISTATS 2017 (arXiv:1602.05629). Breakdown point 0: one row can move
 * it anywhere. Cost: no evidence, and one pass, O(n d); as it folds, the rows need not be kept.
 *
 * <pre>{@code p = [0.25, 0.75], deltas = [[4], [8]]  ->  [7]}</pre>
 */
public record Mean() implements FoldingRule {

    @Override
    public double scale(Contribution contribution) {
        return contribution.weight();
    }

    @Override
    public double finish(List<Contribution> cohort) {
        return 1 / cohort.stream().mapToDouble(Contribution::weight).sum();
    }
}
