package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.List;

/**
 * MoNNA's nearest-neighbour averaging: the mean of the {@code n - f} rows nearest to a trusted row,
 * itself included.
 *
 * <p>Source: Farhadkhani et al., ICML 2023 (arXiv:2209.10931). The trusted row must be honest; then
 * up to {@code f} of the others, a minority of the rows, cannot move the result further from it
 * than honest rows are: breakdown point {@code f/n < 1/2} of the others; the trusted row alone can
 * move it anywhere. Needs {@code n > 2f}. Cost: the Gram matrix, O(n^2 d). Equal distances: the
 * lower row index goes first. The selection counts rows; the mean can be by weight.
 *
 * <pre>{@code monna(f=1, trusted=0): [[1], [2], [4], [99]]  ->  [7 / 3], rows 0, 1 and 2}</pre>
 *
 * @param f faulty rows to tolerate
 * @param trusted name of the trusted row
 * @param byWeight whether the rows kept are averaged by weight
 */
record Monna(int f, String trusted, boolean byWeight) implements LinearRule {

    Monna {
        checkArgument(f >= 0, "monna: f must be >= 0, got f=%s", f);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows > 2L * f, "monna needs n > 2f, got n=%s, f=%s", rows, f);
    }

    @Override
    public List<String> requiredRows() {
        return List.of(trusted);
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
    public boolean looksUpSilos() {
        return true;
    }

    @Override
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        int centre = cohort.indexOf(trusted);
        checkArgument(
                gram.isFinite(centre),
                "monna: the trusted row %s has infinite values, so nothing is near to it; trust"
                        + " another",
                trusted);
        var selected = Nearest.to(centre, n - f, gram, n);
        for (int i : selected) {
            checkArgument(
                    gram.isFinite(i),
                    "monna has to keep row %s, which has infinite values, as more than f=%s rows"
                            + " do: leave them out",
                    i,
                    f);
        }
        return Coefficients.meanOf(selected, cohort);
    }
}
