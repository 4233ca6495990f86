package io.tributary.operators.rule;

/**
 * A point {@code z = sum_j a_j row_j} with {@code sum_j a_j = 1}, and how far rows are from it:
 *
 * <pre>
 * {@code |row_i - z|^2 = |e_i|^2 - 2 <e_i, z'> + |z'|^2,  e_i = row_i - row_r,  z' = sum_j a_j e_j}
 * </pre>
 *
 * <p>Rows are seen from row {@code r}, the one of the largest coefficient: from there neither an
 * offset common to all rows nor a far row, whose coefficient is small, makes numbers that are large
 * beside the distances. A distance is right to about 1e-8 of {@code |e_i|} and of {@code |z'|}.
 */
final class AffinePoint {

    private final Gram gram;
    private final int anchor;
    private final double[] projections; // <e_i, z'>
    private final double squaredLength; // |z'|^2

    /**
     * @param coefficients one per row, sum 1; 0 for infinite rows
     */
    AffinePoint(Gram gram, double[] coefficients) {
        this.gram = gram;
        anchor = largest(coefficients);
        projections = new double[coefficients.length];
        double sum = 0;
        for (int i = 0; i < projections.length; i++) {
            for (int j = 0; j < projections.length; j++) {
                if (coefficients[j] != 0) {
                    projections[i] += coefficients[j] * productFromAnchor(i, j);
                }
            }
            if (coefficients[i] != 0) {
                sum += coefficients[i] * projections[i];
            }
        }
        squaredLength = sum;
    }

    /** {@code |row_i - z|}; infinite for an infinite row. */
    double distance(int row) {
        if (!gram.isFinite(row)) {
            return Double.POSITIVE_INFINITY;
        }
        double squared = gram.squaredDistance(row, anchor) - 2 * projections[row] + squaredLength;
        return Math.sqrt(Math.max(0, squared));
    }

    private double productFromAnchor(int i, int j) {
        return (gram.product(i, j) - gram.product(i, anchor))
                - (gram.product(anchor, j) - gram.squaredNorm(anchor));
    }

    private static int largest(double[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }
}
