package io.tributary.operators.rule;

/**
 * A point {@code z = sum_j a_j row_j} with {@code sum_j a_j = 1}, and how far rows are from it. Its
 * place relative to the rows does not change if all of them are shifted, and so its distances
 * follow from theirs, without the large inner products of rows far from the origin:
 *
 * <pre>{@code |row_i - z|^2 = sum_j a_j D_ij - sum_{j<k} a_j a_k D_jk,  D_ij = |row_i - row_j|^2}
 * </pre>
 *
 * <p>A distance much smaller than those between the rows loses digits: below about 1e-8 of them
 * nothing is left.
 */
final class AffinePoint {

    private final Gram gram;
    private final double[] coefficients;
    private final double spread;

    /**
     * @param coefficients one per row, sum 1; 0 for infinite rows
     */
    AffinePoint(Gram gram, double[] coefficients) {
        this.gram = gram;
        this.coefficients = coefficients;
        double sum = 0;
        for (int j = 0; j < coefficients.length; j++) {
            if (coefficients[j] != 0) {
                sum += coefficients[j] * meanSquaredDistance(j, j);
            }
        }
        spread = sum;
    }

    /** {@code |row_i - z|}; infinite for an infinite row. */
    double distance(int row) {
        return gram.isFinite(row)
                ? Math.sqrt(Math.max(0, meanSquaredDistance(row, coefficients.length) - spread))
                : Double.POSITIVE_INFINITY;
    }

    /** {@code sum_{j<end} a_j D_ij}. */
    private double meanSquaredDistance(int row, int end) {
        double sum = 0;
        for (int j = 0; j < end; j++) {
            if (coefficients[j] != 0) {
                sum += coefficients[j] * gram.squaredDistance(row, j);
            }
        }
        return sum;
    }
}
