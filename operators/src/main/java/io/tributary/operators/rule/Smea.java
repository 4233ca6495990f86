package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Smallest maximum eigenvalue averaging (SMEA): the mean of those {@code n - f} rows that vary
 * least along the direction in which they vary most.
 *
 * <pre>{@code S = argmin over |S| = n - f of lambda_max(Cov(u_i, i in S)),  combined = mean of S}
 * </pre>
 *
 * <p>Source: Allouah et al., "On the Privacy-Robustness-Utility Trilemma in Distributed Learning",
 * ICML 2023 (arXiv:2302.04787). Breakdown point 1/2, {@code n > 2f}. All {@code C(n, f)} subsets
 * are looked at, so it is exact, and refused where there are more than {@link #MAX_SUBSETS}, or
 * where that many times n^3 is more than {@link #MOST_WORK}: 16 rows with f = 5 make 4368, 30 with
 * f = 4 make 27405; 80 with f = 3 make 82160, which is too much work. Of subsets whose eigenvalues
 * differ by rounding only, the one of lower row indices is kept. A subset with an infinite row has
 * an infinite eigenvalue; more than f such rows are refused.
 *
 * <p>The eigenvalue is exact: the n x n matrix of inner products about the mean of S has the same
 * ones as the d x d covariance, and follows from the Gram matrix. Other implementations take a
 * single step of the power method from a random vector of length d; what they choose changes with
 * the draw. Cost: the Gram matrix, O(n^2 d), and O(C(n, f) n^3), of which only a Cholesky
 * factorisation is spent on a subset that is no better than the best so far.
 *
 * <pre>{@code f = 1, rows = [[0], [1], [2], [3], [100]]  ->  [1.5]}</pre>
 *
 * @param f faulty rows to tolerate; a count
 * @param byWeight whether the mean of those kept is by weight; they are chosen by count
 */
record Smea(int f, boolean byWeight) implements LinearRule {

    static final int MAX_SUBSETS = 100_000;

    /** Subsets times n^3, which a factorisation of each costs: a second or so. */
    private static final double MOST_WORK = 3e9;

    /** Eigenvalues that differ by less are taken for equal, relative. */
    private static final double ROUNDING = 1e-12;

    Smea {
        checkArgument(f >= 0, "smea: f must be >= 0, got f=%s", f);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows > 2 * f, "smea needs n > 2f, got n=%s, f=%s", rows, f);
        double subsets = 1; // exact: every prefix of the product is a binomial coefficient
        for (int k = 1; k <= f && subsets <= MAX_SUBSETS; k++) {
            subsets = subsets * (rows - f + k) / k;
        }
        checkArgument(
                subsets <= MAX_SUBSETS,
                "smea looks at every subset of n - f rows and at no more than %s of them, n=%s and"
                        + " f=%s have more; use caf(f=%s)",
                MAX_SUBSETS,
                rows,
                f,
                f);
        checkArgument(
                subsets * rows * rows * rows <= MOST_WORK,
                "smea would take longer than a few seconds for n=%s and f=%s; use caf(f=%s)",
                rows,
                f,
                f);
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
        int kept = n - f;
        var finite = IntStream.range(0, n).filter(gram::isFinite).toArray();
        checkArgument(
                finite.length >= kept,
                "smea has no defined answer: more than f=%s of %s rows have infinite values; leave"
                        + " them out",
                f,
                n);
        var ones = new double[kept];
        Arrays.fill(ones, 1);
        var positions = IntStream.range(0, kept).toArray();
        var best = new int[0];
        double least = Double.POSITIVE_INFINITY;
        do {
            var subset = Arrays.stream(positions).map(k -> finite[k]).toArray();
            var centred = CentredGram.of(gram, subset, ones);
            if (best.length == 0 || isBelow(centred, least * (1 - ROUNDING))) {
                least = SymmetricEigen.largest(centred).value();
                best = subset;
            }
        } while (advance(positions, finite.length));
        return Coefficients.meanOf(best, byWeight ? cohort : Cohort.uniform(n));
    }

    /**
     * Whether all eigenvalues are below a bound: whether {@code bound I - matrix} has a Cholesky
     * factor.
     */
    private static boolean isBelow(double[][] matrix, double bound) {
        int m = matrix.length;
        var factor = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = (i == j ? bound : 0) - matrix[i][j];
                for (int k = 0; k < j; k++) {
                    rest -= factor[i][k] * factor[j][k];
                }
                if (i > j) {
                    factor[i][j] = rest / factor[j][j];
                } else if (rest > 0) {
                    factor[i][i] = Math.sqrt(rest);
                } else {
                    return false;
                }
            }
        }
        return true;
    }

    /** The next subset in the order of row indices; false after the last. */
    private static boolean advance(int[] positions, int of) {
        int m = positions.length;
        for (int k = m - 1; k >= 0; k--) {
            if (positions[k] < of - m + k) {
                positions[k]++;
                for (int next = k + 1; next < m; next++) {
                    positions[next] = positions[next - 1] + 1;
                }
                return true;
            }
        }
        return false;
    }
}
