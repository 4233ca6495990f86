package io.tributary.operators.rule;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

    /** Rows whose number, duplicates, offset or magnitude have tripped other implementations. */
    static Stream<float[][]> awkward(int atLeast) {
        var duplicates = random(atLeast + 4, 9, 5);
        duplicates[1] = duplicates[0].clone();
        duplicates[4] = duplicates[0].clone();
        return Stream.of(
                random(atLeast, 1, 1),
                random(atLeast + 1, 2, 2),
                random(atLeast + 2, 7, 3),
                random(atLeast + 3, 12, 4),
                duplicates,
                affine(random(atLeast + 2, 8, 6), 0.5, 1e4),
                affine(random(atLeast + 2, 8, 7), 1e-42, 0), // subnormal
                affine(random(atLeast + 2, 8, 8), 1e36, 0));
    }
}
