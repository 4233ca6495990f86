package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Covariance-bound agnostic filter (CAF): rows lose weight by how far they lie out along the
 * direction in which the rows vary most, again and again; the mean of least variance on the way is
 * the result.
 *
 * <pre>
 * {@code c_i = 1, then while sum_i c_i > n - 2f:
 * z = sum_i c_i u_i / sum_i c_i
 * (lambda, v) = top eigenpair of sum_i c_i (u_i - z)(u_i - z)^T / sum_i c_i
 * t_i = <v, u_i - z>^2,  c_i <- c_i (1 - t_i / max_j t_j)
 * combined = the z of least lambda}
 * </pre>
 *
 * <p>Source: Allouah et al., "Towards Trustworthy Federated Learning with Untrusted Participants",
 * ICML 2025 (arXiv:2505.01874). Breakdown point 1/2, {@code n > 2f}. The maximum is over rows that
 * still have weight, so each turn takes away at least one and there are at most {@code 2f + 1}; the
 * first of equal lambda is kept; {@code f = 0} is the mean. An infinite row lies infinitely far out
 * and starts without weight; more than f of them are refused. It counts rows, so it is not defined
 * for unequal weights.
 *
 * <p>The eigenpair is exact: the n x n matrix {@code sqrt(c_i) sqrt(c_j) <u_i - z, u_j - z>} has
 * the same eigenvalues as the d x d one, and follows from the Gram matrix. Other implementations
 * take a single step of the power method from a random vector of length d, which gives another
 * answer with every draw, and with it only a guess at lambda and v. Where two eigenvalues are equal
 * v is not unique, and which is found depends on the order of the rows. Cost: the Gram matrix,
 * O(n^2 d), and O(f n^3).
 *
 * <pre>{@code f = 1, rows = [[0], [1], [2], [3], [100]]  ->  about [1.51]}</pre>
 *
 * @param f faulty rows to tolerate; a count
 */
record Caf(int f) implements LinearRule {

    /** Turns times n^3, which an eigenvector costs. */
    private static final double MOST_WORK = 5e9;

    Caf {
        checkArgument(f >= 0, "caf: f must be >= 0, got f=%s", f);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows > 2 * f, "caf needs n > 2f, got n=%s, f=%s", rows, f);
        checkArgument(
                (2.0 * f + 1) * rows * rows * rows <= MOST_WORK,
                "caf would take longer than some ten seconds for n=%s and f=%s; lower f",
                rows,
                f);
    }

    @Override
    public Evidence evidence() {
        return Evidence.PRODUCTS;
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        var finite = IntStream.range(0, n).filter(gram::isFinite).toArray();
        checkArgument(
                finite.length >= n - f,
                "caf has no defined answer: more than f=%s of %s rows have infinite values; leave"
                        + " them out",
                f,
                n);
        var left = new double[finite.length];
        Arrays.fill(left, 1);
        double sum = left.length;
        var best = left;
        double least = Double.POSITIVE_INFINITY;
        do {
            var spread = Spread.of(CentredGram.of(gram, finite, left), left, sum);
            if (spread.lambda() < least) {
                least = spread.lambda();
                best = left;
            }
            left = spread.filtered(left);
            sum = Arrays.stream(left).sum();
        } while (sum > n - 2 * f);
        var coefficients = new double[n];
        double total = Arrays.stream(best).sum();
        for (int i = 0; i < finite.length; i++) {
            coefficients[finite[i]] = best[i] / total;
        }
        return Coefficients.of(coefficients);
    }

    /**
     * How weighted rows vary.
     *
     * @param lambda largest eigenvalue of their covariance
     * @param outlyingness {@code <v, u_i - z>^2} up to a common factor
     */
    private record Spread(double lambda, double[] outlyingness) {

        static Spread of(double[][] centred, double[] weights, double sum) {
            int n = weights.length;
            var roots = new double[n];
            Arrays.setAll(roots, i -> Math.sqrt(weights[i]));
            var weighted = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    weighted[i][j] = roots[i] * roots[j] * centred[i][j] / sum;
                }
            }
            var top = SymmetricEigen.largest(weighted);
            // v = sum_j roots_j y_j (u_j - z), up to its length
            var outlyingness = new double[n];
            for (int i = 0; i < n; i++) {
                double along = 0;
                for (int j = 0; j < n; j++) {
                    along += centred[i][j] * roots[j] * top.vector()[j];
                }
                outlyingness[i] = along * along;
            }
            return new Spread(top.value(), outlyingness);
        }

        double[] filtered(double[] weights) {
            double farthest = 0;
            for (int i = 0; i < weights.length; i++) {
                if (weights[i] > 0) {
                    farthest = Math.max(farthest, outlyingness[i]);
                }
            }
            var filtered = new double[weights.length];
            for (int i = 0; i < weights.length; i++) {
                if (weights[i] > 0 && outlyingness[i] < farthest) {
                    filtered[i] = weights[i] * (1 - outlyingness[i] / farthest);
                }
            }
            return filtered;
        }
    }
}
