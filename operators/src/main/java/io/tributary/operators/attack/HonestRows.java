package io.tributary.operators.attack;

/** What attackers read off the honest rows; in float64, {@code [d]}. */
final class HonestRows {

    private HonestRows() {}

    static double[] mean(float[][] rows) {
        var mean = new double[rows[0].length];
        for (var row : rows) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += row[j];
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= rows.length;
        }
        return mean;
    }

    /** Root mean square distance from the mean, in each coordinate. */
    static double[] deviation(float[][] rows, double[] mean) {
        var deviation = new double[mean.length];
        for (var row : rows) {
            for (int j = 0; j < mean.length; j++) {
                deviation[j] += (row[j] - mean[j]) * (row[j] - mean[j]);
            }
        }
        for (int j = 0; j < mean.length; j++) {
            deviation[j] = Math.sqrt(deviation[j] / rows.length);
        }
        return deviation;
    }

    /** The same row from every faulty silo. */
    static float[][] copies(double[] row, int f) {
        var copies = new float[f][row.length];
        for (var copy : copies) {
            for (int j = 0; j < row.length; j++) {
                copy[j] = (float) row[j];
            }
        }
        return copies;
    }
}
