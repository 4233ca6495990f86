package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * Nearest-neighbour mixing (NNM): every row is replaced by the mean of the {@code n - f} rows
 * nearest to it, itself included.
 *
 * <p>Source: Allouah et al., AISTATS 2023 (arXiv:2302.01772). Needs {@code n > 2f}, as there. The
 * step has no breakdown point of its own: with at most {@code f} faulty rows the mean in the place
 * of an honest one is no further from it than the farthest honest row, but those in the places of
 * faulty ones can lie anywhere, and the rule behind it must tolerate these {@code f}. Cost: the
 * Gram matrix, O(n^2 d), and O(n^2 log n); before a coordinate-wise rule O(n^2 d) once more. Equal
 * distances: the lower row index goes first. Nearness counts rows; the means can be by weight. The
 * rows that come out keep the names and weights of those in whose place they are.
 *
 * <p>With at most {@code f} infinite rows, only these remain infinite.
 *
 * <pre>{@code nnm(f=1): [[0], [2], [10]]  ->  [[1], [1], [6]]}</pre>
 *
 * @param f faulty rows to tolerate
 * @param byWeight whether neighbours are averaged by weight
 */
record NearestNeighbourMixing(int f, boolean byWeight) implements RowStep {

    NearestNeighbourMixing {
        checkArgument(f >= 0, "nnm: f must be >= 0, got f=%s", f);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows > 2L * f, "nnm needs n > 2f, got n=%s, f=%s", rows, f);
    }

    @Override
    public Evidence evidence() {
        return Evidence.PRODUCTS;
    }

    @Override
    public boolean weighted() {
        return byWeight;
    }

    @Override
    public boolean diagonal() {
        return false;
    }

    @Override
    public Mixed mix(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        var means = new double[n][];
        for (int i = 0; i < n; i++) {
            means[i] = Coefficients.meanOf(Nearest.to(i, n - f, gram, n), cohort).values();
        }
        return Mixed.of(Mixing.of(means), cohort);
    }
}
