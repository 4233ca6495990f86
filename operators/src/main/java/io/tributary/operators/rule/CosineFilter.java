package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.stream.IntStream;

/**
 * Cosine filter: the mean, by weight, of the rows that point the way the cohort does.
 *
 * <pre>
 * {@code r = sum_i p_i u_i / |u_i|,  combined = mean of the rows with cos(u_i, r) >= min, by p_i}
 * </pre>
 *
 * <p>No paper: a convention of this library. The direction of the cohort is that of the sum of unit
 * rows, so that a row turns it by its weight and not by its length. A zero row has cosine 0 to
 * everything; an infinite row has no direction and is never kept. No rows are counted, so weights
 * mean repetition. It bears rows of opposite direction and any length as long as most of the weight
 * is honest, and does not see rows that hide within the cone: their length is not looked at, so by
 * itself its breakdown point is 0; put {@code clipping} or {@code arc} before it. Cost: the Gram
 * matrix, O(n^2 d). Refused if the unit rows cancel, or if no row reaches {@code min}.
 *
 * <pre>{@code min = 0, rows = [[1, 1], [3, 1], [-90, 0]]  ->  [2, 1]}</pre>
 *
 * @param min smallest cosine to the cohort's direction that is kept, in [-1, 1]
 */
record CosineFilter(double min) implements LinearRule {

    /** Of |r|^2 against (sum of weights)^2: below it are only roundings. */
    private static final double CANCELLED = 1e-24;

    CosineFilter {
        checkArgument(min >= -1 && min <= 1, "cosine-filter: min must be in [-1, 1], got %s", min);
    }

    @Override
    public void check(int rows) {}

    @Override
    public Evidence evidence() {
        return Evidence.PRODUCTS;
    }

    @Override
    public boolean weighted() {
        return true;
    }

    @Override
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        var along = new double[n]; // <u_i / |u_i|, r>
        double squared = 0; // |r|^2
        double weights = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                along[i] += cohort.weight(j) * gram.cosine(i, j);
            }
            squared += cohort.weight(i) * along[i];
            weights += cohort.weight(i);
        }
        checkArgument(
                squared > CANCELLED * weights * weights,
                "cosine-filter: the directions of the rows cancel, so the cohort has none; use a"
                        + " rule that does not need one");
        double length = Math.sqrt(squared);
        var selected =
                IntStream.range(0, n)
                        .filter(i -> gram.isFinite(i) && along[i] >= min * length)
                        .toArray();
        checkArgument(
                selected.length > 0,
                "cosine-filter: no row has a cosine of at least %s to the cohort's direction; lower"
                        + " min",
                min);
        return Coefficients.meanOf(selected, cohort);
    }
}
