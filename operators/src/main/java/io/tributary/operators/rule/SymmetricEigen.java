package io.tributary.operators.rule;

/**
 * Largest eigenvalue of a symmetric matrix and a unit eigenvector for it, to the last digits of
 * float64, by cyclic Jacobi rotations.
 *
 * <p>Every element off the diagonal is rotated to zero in turn, in a fixed order, until the rest is
 * rounding; so the same matrix gives the same bits. Source: Golub and Van Loan, "Matrix
 * Computations", section 8.5. Cost O(n^3) for each of some ten sweeps: meant for matrices of as
 * many rows as there are silos. Of equal eigenvalues the first on the diagonal is taken, and any
 * vector of their space may come out.
 *
 * @param value the largest eigenvalue
 * @param vector a unit eigenvector, of either sign
 */
record SymmetricEigen(double value, double[] vector) {

    private static final int SWEEPS = 60;

    /**
     * @param matrix {@code [n][n]}, symmetric and finite; left as it is
     */
    static SymmetricEigen largest(double[][] matrix) {
        int n = matrix.length;
        var a = new double[n][];
        var vectors = new double[n][n]; // as rows
        for (int i = 0; i < n; i++) {
            a[i] = matrix[i].clone();
            vectors[i][i] = 1;
        }
        for (int sweep = 0; sweep < SWEEPS && !isDiagonal(a); sweep++) {
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (a[p][q] != 0) {
                        rotate(a, vectors, p, q);
                    }
                }
            }
        }
        int top = 0;
        for (int i = 1; i < n; i++) {
            if (a[i][i] > a[top][top]) {
                top = i;
            }
        }
        return new SymmetricEigen(a[top][top], vectors[top]);
    }

    private static boolean isDiagonal(double[][] a) {
        double off = 0;
        double all = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                all += a[i][j] * a[i][j];
                off += i == j ? 0 : a[i][j] * a[i][j];
            }
        }
        return off <= 1e-32 * all;
    }

    private static void rotate(double[][] a, double[][] vectors, int p, int q) {
        int n = a.length;
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cos = 1 / Math.sqrt(t * t + 1);
        double sin = t * cos;
        for (int k = 0; k < n; k++) {
            double kp = a[k][p];
            double kq = a[k][q];
            a[k][p] = cos * kp - sin * kq;
            a[k][q] = sin * kp + cos * kq;
        }
        for (int k = 0; k < n; k++) {
            double pk = a[p][k];
            double qk = a[q][k];
            a[p][k] = cos * pk - sin * qk;
            a[q][k] = sin * pk + cos * qk;
            double vp = vectors[p][k];
            double vq = vectors[q][k];
            vectors[p][k] = cos * vp - sin * vq;
            vectors[q][k] = sin * vp + cos * vq;
        }
        a[p][q] = 0; // by construction; what is left is rounding
        a[q][p] = 0;
    }
}
