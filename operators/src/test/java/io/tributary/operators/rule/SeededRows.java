package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Rows to try rules on, the same for the same seed. */
final class SeededRows {

    private SeededRows() {}

    /** Normally distributed about 0. */
    static float[][] gaussian(int n, int d, long seed) {
        return scaled(n, d, seed, 0, 1);
    }

    /** Rows whose size, duplicates, offset or magnitude have tripped other implementations. */
    static Stream<float[][]> awkward(int atLeast) {
        var duplicates = gaussian(atLeast + 4, 9, 5);
        duplicates[1] = duplicates[0].clone();
        duplicates[4] = duplicates[0].clone();
        return Stream.of(
                gaussian(atLeast, 1, 1),
                gaussian(atLeast + 1, 2, 2),
                gaussian(atLeast + 2, 7, 3),
                gaussian(atLeast + 3, 12, 4),
                duplicates,
                scaled(atLeast + 2, 8, 6, 1e4, 0.5), // a huge common offset
                scaled(atLeast + 2, 8, 7, 0, 1e-42), // subnormal
                scaled(atLeast + 2, 8, 8, 0, 1e36));
    }

    static double[][] widened(float[][] rows) {
        var wide = new double[rows.length][rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                wide[i][j] = rows[i][j];
            }
        }
        return wide;
    }

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

    static double[] aggregate(String specification, float[][] rows) {
        return AggregationRule.parse(specification).aggregate(rows, null);
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

    private static float[][] scaled(int n, int d, long seed, double offset, double scale) {
        var random = new SplittableRandom(seed);
        var rows = new float[n][d];
        for (var row : rows) {
            for (int j = 0; j < d; j++) {
                row[j] = (float) (offset + scale * random.nextGaussian());
            }
        }
        return rows;
    }
}
