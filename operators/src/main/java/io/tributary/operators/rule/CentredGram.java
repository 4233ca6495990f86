package io.tributary.operators.rule;

/**
 * Inner products of rows about a centre {@code z = sum_i b_i row_i} with weights b that sum to 1:
 * {@code K_ij = <row_i - z, row_j - z> = G_ij - (G b)_i - (G b)_j + b^T G b}.
 */
final class CentredGram {

    private CentredGram() {}

    /**
     * @param rows indices of rows of finite norm; the order of the result
     * @param weights one for each of {@code rows}, with a sum above 0
     * @return {@code [rows][rows]}, symmetric to the last bit
     */
    static double[][] of(Gram gram, int[] rows, double[] weights) {
        int m = rows.length;
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        var toCentre = new double[m]; // <row_i, z>
        double squared = 0; // |z|^2
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                toCentre[i] += weights[j] * gram.product(rows[i], rows[j]);
            }
            toCentre[i] /= total;
            squared += weights[i] * toCentre[i];
        }
        squared /= total;
        var centred = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = i; j < m; j++) {
                centred[i][j] =
                        gram.product(rows[i], rows[j]) - (toCentre[i] + toCentre[j]) + squared;
                centred[j][i] = centred[i][j];
            }
        }
        return centred;
    }
}
