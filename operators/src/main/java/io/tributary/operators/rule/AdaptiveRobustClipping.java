package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * Adaptive robust clipping (ARC) before any rule: the {@code k = floor(2 f (n - f) / n)} longest
 * rows are scaled to the length of the next longest.
 *
 * <p>Source: Allouah et al., "Adaptive Gradient Clipping for Robust Federated Learning", ICLR 2025
 * (arXiv:2405.14432), algorithm 2. A robust rule stays as robust behind it, for {@code n > 2f}; the
 * bound follows the rows, so nothing has to be tuned. The step has no breakdown point of its own:
 * {@code f <= k}, so with at most {@code f} faulty rows none comes out longer than the longest
 * honest one, and the rule behind it has to bear them as they are then. It counts rows, so it is
 * not defined for unequal weights. Rows of equal length share their fate: none is longer than the
 * bound. Cost: the n norms, O(n d). A row of infinite norm is refused if there is anything to clip:
 * it has no direction.
 *
 * <pre>{@code f = 1, rows = [[1], [-2], [6]]  ->  [[1], [-2], [2]]}</pre>
 *
 * @param f faulty rows to tolerate; a count
 */
record AdaptiveRobustClipping(int f) implements RowStep {

    AdaptiveRobustClipping {
        checkArgument(f >= 0, "arc: f must be >= 0, got f=%s", f);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows > 2 * f, "arc needs n > 2f, got n=%s, f=%s", rows, f);
    }

    @Override
    public Evidence evidence() {
        return Evidence.NORMS;
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public boolean diagonal() {
        return true;
    }

    @Override
    public Mixed mix(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        int clipped = 2 * f * (n - f) / n;
        if (clipped == 0) {
            return Mixed.of(Mixing.identity(n), cohort);
        }
        FiniteRows.check("arc", gram, cohort);
        var norms = new double[n];
        Arrays.setAll(norms, gram::norm);
        Arrays.sort(norms);
        double bound = norms[n - clipped - 1];
        return Mixed.of(Mixing.diagonal(Clipping.scales(gram, n, bound)), cohort);
    }
}
