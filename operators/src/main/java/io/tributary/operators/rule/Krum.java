package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Krum and Multi-Krum: every row is scored by the sum of its squared distances to the {@code
 * neighbours} other rows nearest to it; the {@code keep} rows of least score are averaged.
 *
 * <p>Source: Blanchard et al., NeurIPS 2017, which takes the {@code n - f - 2} nearest; Krum keeps
 * one row. Needs {@code n >= 2f + 3}, so it tolerates up to {@code (n - 3) / 2} faulty rows. Cost:
 * the Gram matrix, O(n^2 d), and O(n^2 log n). Equal scores: the lower row index goes first. The
 * scores count rows and know no weights; the mean of the rows kept can be by weight.
 *
 * <pre>
 * {@code krum(f=1):       [[0], [1], [2], [3], [99]]  ->  [1], row 1}
 * {@code multi-krum(f=1): [[0], [1], [2], [3], [99]]  ->  [1.5], rows 1 and 2}
 * </pre>
 *
 * @param name how errors call it
 * @param f faulty rows to tolerate
 * @param keep rows that are averaged, instead of {@code n - f - 2}
 * @param neighbours nearest rows that are scored, instead of {@code n - f - 2}
 * @param byWeight whether the rows kept are averaged by weight
 */
record Krum(String name, int f, OptionalInt keep, OptionalInt neighbours, boolean byWeight)
        implements LinearRule {

    Krum {
        checkArgument(f >= 0, "%s: f must be >= 0, got f=%s", name, f);
        checkPositive(name, "keep", keep);
        checkPositive(name, "neighbours", neighbours);
    }

    private static void checkPositive(String rule, String parameter, OptionalInt value) {
        checkArgument(
                value.orElse(1) >= 1,
                "%s: %s must be >= 1, got %s=%s",
                rule,
                parameter,
                parameter,
                value.orElse(1));
    }

    @Override
    public void check(int rows) {
        checkArgument(rows >= 2L * f + 3, "%s needs n >= 2f+3, got n=%s, f=%s", name, rows, f);
        int kept = keep.orElse(1);
        checkArgument(kept <= rows, "%s needs n >= keep, got n=%s, keep=%s", name, rows, kept);
        int nearest = neighbours.orElse(1);
        checkArgument(
                nearest < rows,
                "%s needs n > neighbours, got n=%s, neighbours=%s",
                name,
                rows,
                nearest);
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
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        int asInThePaper = n - f - 2;
        var rows = IntStream.range(0, n).toArray();
        var scores = new KrumScores(name, gram, rows, neighbours.orElse(asInThePaper));
        return Coefficients.meanOf(scores.least(keep.orElse(asInThePaper)), cohort);
    }
}
