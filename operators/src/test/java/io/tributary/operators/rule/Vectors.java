package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Algebra of whole rows in float64, for reference implementations. */
final class Vectors {

    private Vectors() {}

    /** {@code sum_i coefficients_i row_i}, row by row. */
    static double[] combination(double[][] rows, double[] coefficients) {
        var sum = new double[rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < sum.length; j++) {
                sum[j] += coefficients[i] == 0 ? 0 : coefficients[i] * rows[i][j];
            }
        }
        return sum;
    }

    static double norm(double[] row) {
        return Math.sqrt(inner(row, row));
    }

    static double inner(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }

    static double cosine(double[] a, double[] b) {
        double norms = norm(a) * norm(b);
        return norms == 0 ? 0 : inner(a, b) / norms;
    }

    /** Close, relative to the largest value. */
    static void assertClose(double[] actual, double[] expected, double relative) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual).hasSameSizeAs(expected);
        for (int j = 0; j < expected.length; j++) {
            assertThat(actual[j]).isCloseTo(expected[j], within(relative * largest));
        }
    }
}
