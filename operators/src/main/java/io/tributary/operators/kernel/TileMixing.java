package io.tributary.operators.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Makes new rows of a tile's: {@code rows' = M rows}, summed in float64 in row order and rounded
 * once to float32. A row that is one of the old ones is copied; coefficients of 0 leave a row out,
 * also an infinite one. Holds scratch memory: not for more than one thread.
 */
final class TileMixing {

    private static final int TILE = ColumnCombiner.TILE;
    private static final int GROUP = Kernels.GROUP;

    private final Kernels kernels;
    private final double[][] matrix;

    /** Old rows that each new row is made of. */
    private final int[][] used;

    /** Old rows that are multiplied or added, and so are needed in float64. */
    private final int[] summed;

    private final double[][] wide;
    private final double[] sum = new double[TILE];

    /**
     * @param matrix {@code [rows after][rows before]}; read only
     */
    TileMixing(Kernels kernels, double[][] matrix) {
        this.kernels = kernels;
        this.matrix = matrix;
        int before = matrix[0].length;
        used =
                Arrays.stream(matrix)
                        .map(row -> IntStream.range(0, before).filter(i -> row[i] != 0).toArray())
                        .toArray(int[][]::new);
        summed =
                IntStream.range(0, matrix.length)
                        .filter(k -> !isCopy(k))
                        .flatMap(k -> IntStream.of(used[k]))
                        .distinct()
                        .sorted()
                        .toArray();
        wide = new double[before][summed.length == 0 ? 0 : TILE];
    }

    void mix(float[][] rows, int count, float[][] mixed) {
        for (int i : summed) {
            kernels.widen(rows[i], 0, count, wide[i]);
        }
        for (int k = 0; k < matrix.length; k++) {
            if (isCopy(k)) {
                System.arraycopy(rows[used[k][0]], 0, mixed[k], 0, count);
            } else {
                add(matrix[k], used[k], count);
                kernels.narrow(sum, count, mixed[k], 0);
            }
        }
    }

    private boolean isCopy(int k) {
        return used[k].length == 1 && matrix[k][used[k][0]] == 1;
    }

    private void add(double[] coefficients, int[] terms, int count) {
        Arrays.fill(sum, 0, count, 0);
        int t = 0;
        for (; t + GROUP <= terms.length; t += GROUP) {
            double[] a = wide[terms[t]];
            double[] b = wide[terms[t + 1]];
            double[] c = wide[terms[t + 2]];
            double[] d = wide[terms[t + 3]];
            double forA = coefficients[terms[t]];
            double forB = coefficients[terms[t + 1]];
            double forC = coefficients[terms[t + 2]];
            double forD = coefficients[terms[t + 3]];
            addFour(a, b, c, d, forA, forB, forC, forD, count);
        }
        for (; t < terms.length; t++) {
            double[] a = wide[terms[t]];
            double forA = coefficients[terms[t]];
            for (int j = 0; j < count; j++) {
                sum[j] += forA * a[j];
            }
        }
    }

    private void addFour(
            double[] a,
            double[] b,
            double[] c,
            double[] d,
            double forA,
            double forB,
            double forC,
            double forD,
            int count) {
        double[] target = sum;
        for (int j = 0; j < count; j++) {
            target[j] = target[j] + forA * a[j] + forB * b[j] + forC * c[j] + forD * d[j];
        }
    }
}
