package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.Passes;

/**
 * The inner products {@code G_ij = <row_i, row_j>} of a cohort's whole rows, in float64, and what
 * follows from them. Every distance-based rule needs no more than this: for {@code z = sum_i a_i
 * row_i}, {@code |row_i - z|^2 = G_ii - 2 (G a)_i + a^T G a}.
 *
 * <p>A row with an infinite value has an infinite norm and is infinitely far from every other row.
 * Immutable.
 */
public final class Gram {

    private final Evidence evidence;
    private final double[][] products;

    private Gram(Evidence evidence, double[][] products) {
        this.evidence = evidence;
        this.products = products;
    }

    /** Nothing is known of {@code rows} rows. */
    public static Gram unknown(int rows) {
        return new Gram(Evidence.COHORT, new double[rows][rows]);
    }

    /** Only the squared norms are known. */
    public static Gram ofSquaredNorms(double[] squaredNorms) {
        int n = squaredNorms.length;
        var products = new double[n][n];
        for (int i = 0; i < n; i++) {
            products[i][i] = squaredNorms[i];
        }
        return new Gram(Evidence.NORMS, products);
    }

    /**
     * Everything is known.
     *
     * @param packed upper triangle with the diagonal, row by row: {@code n (n + 1) / 2} products
     */
    public static Gram ofPacked(int rows, double[] packed) {
        checkArgument(
                packed.length == Passes.packedLength(rows),
                "%s products are not the upper triangle of %s rows",
                packed.length,
                rows);
        var products = new double[rows][rows];
        int next = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = i; j < rows; j++) {
                products[i][j] = packed[next];
                products[j][i] = packed[next++];
            }
        }
        return new Gram(Evidence.PRODUCTS, products);
    }

    public int rows() {
        return products.length;
    }

    /**
     * {@code <row_i, row_j>}; meaningless, and NaN or infinite, if one of them has an infinite
     * norm.
     */
    public double product(int i, int j) {
        require(i == j ? Evidence.NORMS : Evidence.PRODUCTS);
        return products[i][j];
    }

    public double squaredNorm(int i) {
        return product(i, i);
    }

    public double norm(int i) {
        return Math.sqrt(squaredNorm(i));
    }

    /** Whether the norm of a row is finite. */
    public boolean isFinite(int i) {
        return Double.isFinite(squaredNorm(i));
    }

    /** {@code |row_i - row_j|^2}, never negative, and the same to the last bit from either row. */
    public double squaredDistance(int i, int j) {
        if (i == j) {
            return 0;
        }
        if (!isFinite(i) || !isFinite(j)) {
            return Double.POSITIVE_INFINITY;
        }
        return Math.max(0, (products[i][i] + products[j][j]) - 2 * product(i, j));
    }

    /** Cosine of two rows; 0 if one of them is zero, or infinite. */
    public double cosine(int i, int j) {
        double norms = norm(i) * norm(j);
        return norms > 0 && Double.isFinite(norms) ? product(i, j) / norms : 0;
    }

    /** The matrix of {@code mixing * rows}, as far as it is known. */
    public Gram mixed(Mixing mixing) {
        if (evidence == Evidence.COHORT || (evidence == Evidence.NORMS && !mixing.isDiagonal())) {
            return unknown(mixing.rows());
        }
        return new Gram(evidence, mixing.sandwich(products));
    }

    private void require(Evidence needed) {
        if (evidence.compareTo(needed) < 0) {
            throw new IllegalStateException(
                    "the rule asks for %s and declared to need no more than %s"
                            .formatted(needed, evidence));
        }
    }
}
