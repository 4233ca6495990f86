package io.tributary.operators.rule;

/**
 * FedNova's normalisation before any rule: the rule sees what each silo moved per unit of local
 * work, and its result is stretched back by the mean work of the cohort.
 *
 * <pre>
 * {@code rows'_i = delta_i / normalizer_i,  combined = tau_eff * rule(rows'),
 * tau_eff = sum_i p_i normalizer_i / sum_i p_i}
 * </pre>
 *
 * <p>Source: Wang et al., NeurIPS 2020 (arXiv:2007.07481), equation 6. A robust rule must see the
 * normalised rows: it would take a silo that did more work for an outlier. The step has no
 * breakdown point of its own: the direction of the result is as robust as the rule behind it, but
 * its length is not, as {@code tau_eff} is a mean of what silos claim; a job refuses claims beyond
 * the planned steps. Cost: O(n), no evidence; before a coordinate-wise rule O(n d).
 *
 * <pre>
 * {@code fednova | median: normalizers = [1, 4, 1], deltas = [[1], [4], [9]]
 * ->  [2] = 2 * median of [[1], [1], [9]]}
 * </pre>
 */
record PerUnitOfWork() implements RowStep {

    @Override
    public void check(int rows) {}

    @Override
    public Evidence evidence() {
        return Evidence.COHORT;
    }

    @Override
    public boolean weighted() {
        return true;
    }

    @Override
    public boolean diagonal() {
        return true;
    }

    @Override
    public Mixed mix(Gram gram, Cohort cohort, RoundFacts facts) {
        var scales = new double[cohort.size()];
        double weights = 0;
        double work = 0;
        for (int i = 0; i < scales.length; i++) {
            scales[i] = 1 / cohort.normalizers()[i];
            weights += cohort.weight(i);
            work += cohort.weight(i) * cohort.normalizers()[i];
        }
        return new Mixed(Mixing.diagonal(scales), cohort, work / weights, new int[0]);
    }

    @Override
    public boolean looksUpSilos() {
        return true;
    }
}
