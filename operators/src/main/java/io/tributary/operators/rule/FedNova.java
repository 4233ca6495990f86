package io.tributary.operators.rule;

import java.util.List;

/**
 * FedNova: the mean of the deltas per unit of local work, stretched back by the mean work, so that
 * silos that did more local steps do not pull the model towards their own optimum.
 *
 * <pre>
 * {@code combined = tau_eff * sum_i p_i delta_i / normalizer_i,  tau_eff = sum_i p_i normalizer_i}
 * </pre>
 *
 * with {@code p} scaled to sum to 1 over the cohort.
 *
 * <p>Source: Wang et al., NeurIPS 2020 (arXiv:2007.07481), equation 6 and section 4. The bias it
 * removes vanishes exactly only as the local rate goes to 0; at a finite rate it has its own fixed
 * point near the optimum. Weights in proportion to the steps or tokens of the round would undo it.
 * Breakdown point 0: one row, or one claim of much work or of next to none, can move it anywhere.
 * Cost: no evidence, and one pass, O(n d); as it folds, the rows need not be kept.
 *
 * <pre>{@code p = [0.5, 0.5], normalizers = [1, 9], deltas = [[1], [9]]  ->  [5]}</pre>
 */
public record FedNova() implements FoldingRule {

    @Override
    public double scale(Contribution contribution) {
        return contribution.weight() / contribution.normalizer();
    }

    @Override
    public double finish(List<Contribution> cohort) {
        double weights = 0;
        double work = 0;
        for (var member : cohort) {
            weights += member.weight();
            work += member.weight() * member.normalizer();
        }
        double tauEff = work / weights;
        return tauEff / weights;
    }

    @Override
    public boolean looksUpSilos() {
        return true;
    }
}
