package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * Clipping before any rule: every row that is longer than {@code c} is scaled to that length.
 *
 * <pre>{@code rows'_i = min(1, c / |row_i|) row_i}</pre>
 *
 * <p>Source: as a defence of the mean Sun et al. 2019 (arXiv:1911.07963), norm thresholding; before
 * any rule it is a convention of this library. A row then adds at most {@code c p_i} to a mean,
 * whatever it says; that alone bounds attacks, it does not remove them. The step has no breakdown
 * point of its own: a mean behind it is never longer than {@code c}, however many rows are faulty,
 * and each of them still pulls it by its weight. Cost: the n norms, O(n d). A row of infinite norm
 * is refused: it has no direction.
 *
 * <pre>{@code c = 5, rows = [[3, 4], [6, 8], [0, 1]]  ->  [[3, 4], [3, 4], [0, 1]]}</pre>
 *
 * @param c largest L2 norm that is let through unchanged, above 0
 */
record Clipping(double c) implements RowStep {

    Clipping {
        checkArgument(
                c > 0 && Double.isFinite(c), "clipping: c must be above 0 and finite, got c=%s", c);
    }

    @Override
    public void check(int rows) {}

    @Override
    public Evidence evidence() {
        return Evidence.NORMS;
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
        FiniteRows.check("clipping", gram, cohort);
        return Mixed.of(Mixing.diagonal(scales(gram, cohort.size(), c)), cohort);
    }

    /** What each of the rows is multiplied by so that none is longer than {@code bound}. */
    static double[] scales(Gram gram, int rows, double bound) {
        var scales = new double[rows];
        for (int i = 0; i < rows; i++) {
            double norm = gram.norm(i);
            scales[i] = norm > bound ? bound / norm : 1;
        }
        return scales;
    }
}
