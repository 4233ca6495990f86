package io.tributary.operators.rule;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Seeded rows for tests of rules. */
final class Matrices {

    private Matrices() {}

    /** Values between -1 and 1. */
    static float[][] random(int n, int d, long seed) {
        var random = new SplittableRandom(seed);
        var rows = new float[n][d];
        for (var row : rows) {
            for (int j = 0; j < d; j++) {
                row[j] = (float) random.nextDouble(-1, 1);
            }
        }
        return rows;
    }

    /** Whole numbers from 0 to 2: many ties, and no rounding anywhere. */
    static float[][] ties(int n, int d, long seed) {
        var random = new SplittableRandom(seed);
        var rows = new float[n][d];
        for (var row : rows) {
            for (int j = 0; j < d; j++) {
                row[j] = random.nextInt(3);
            }
        }
        return rows;
    }

    /** {@code factor * rows + offset}, rounded to float32. */
    static float[][] affine(float[][] rows, double factor, double offset) {
        var result = new float[rows.length][rows[0].length];
        for (int i = 0; i < result.length; i++) {
            for (int j = 0; j < result[i].length; j++) {
                result[i][j] = (float) (factor * rows[i][j] + offset);
            }
        }
        return result;
    }

    static float[] constant(int d, float value) {
        var row = new float[d];
        Arrays.fill(row, value);
        return row;
    }

    /** A permutation of the first n numbers. */
    static int[] order(int n, long seed) {
        var random = new SplittableRandom(seed);
        var order = IntStream.range(0, n).toArray();
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    /** Row {@code indices[0]}, then row {@code indices[1]} and so on. */
    static float[][] pick(float[][] rows, int... indices) {
        return IntStream.of(indices).mapToObj(i -> rows[i].clone()).toArray(float[][]::new);
    }

    static double[][] doubles(float[][] rows) {
        var result = new double[rows.length][rows[0].length];
        for (int i = 0; i < result.length; i++) {
            for (int j = 0; j < result[i].length; j++) {
                result[i][j] = rows[i][j];
            }
        }
        return result;
    }
}
