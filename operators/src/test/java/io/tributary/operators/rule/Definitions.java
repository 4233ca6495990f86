package io.tributary.operators.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Distance-based rules and steps written from their definitions, in float64 on whole rows: what the
 * ones that only see inner products are compared with.
 */
final class Definitions {

    private Definitions() {}

    static int[] krum(double[][] rows, int neighbours, int keep) {
        int n = rows.length;
        var scores = new double[n];
        for (int i = 0; i < n; i++) {
            var others = new double[n - 1];
            for (int j = 0, k = 0; j < n; j++) {
                if (j != i) {
                    others[k++] = squaredDistance(rows[i], rows[j]);
                }
            }
            Arrays.sort(others);
            scores[i] = Arrays.stream(others, 0, Math.min(neighbours, n - 1)).sum();
        }
        return IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .limit(keep)
                .mapToInt(i -> i)
                .sorted()
                .toArray();
    }

    static int[] bulyanSelection(double[][] rows, int f) {
        var left = new ArrayList<Integer>();
        IntStream.range(0, rows.length).forEach(left::add);
        var picked = new int[rows.length - 2 * f];
        for (int k = 0; k < picked.length; k++) {
            var among = left.stream().map(i -> rows[i]).toArray(double[][]::new);
            int best = krum(among, Math.max(1, left.size() - f - 2), 1)[0];
            picked[k] = left.remove(best);
        }
        Arrays.sort(picked);
        return picked;
    }

    static double[] bulyan(double[][] rows, int f) {
        var picked = pick(rows, bulyanSelection(rows, f));
        var result = new double[rows[0].length];
        for (int j = 0; j < result.length; j++) {
            int coordinate = j;
            var column = Arrays.stream(picked).mapToDouble(row -> row[coordinate]).sorted();
            result[j] = meanAroundMedian(column.toArray(), picked.length - 2 * f);
        }
        return result;
    }

    private static double meanAroundMedian(double[] sorted, int keep) {
        double median = median(sorted);
        return Arrays.stream(sorted)
                .boxed()
                .sorted(Comparator.comparingDouble(x -> Math.abs(x - median)))
                .limit(keep)
                .mapToDouble(x -> x)
                .average()
                .orElseThrow();
    }

    static double median(double[] sorted) {
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** All subsets, in lexicographic order; the first of least diameter. */
    static int[] minimumDiameter(double[][] rows, int f) {
        int n = rows.length;
        int size = n - f;
        var distances = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                distances[i][j] = distance(rows[i], rows[j]);
            }
        }
        var subset = IntStream.range(0, size).toArray();
        int[] best = null;
        double least = Double.POSITIVE_INFINITY;
        while (true) {
            double diameter = 0;
            for (int i : subset) {
                for (int j : subset) {
                    diameter = Math.max(diameter, distances[i][j]);
                }
            }
            if (best == null || diameter < least) {
                best = subset.clone();
                least = diameter;
            }
            int k = size - 1;
            while (k >= 0 && subset[k] == n - size + k) {
                k--;
            }
            if (k < 0) {
                return best;
            }
            subset[k]++;
            for (int l = k + 1; l < size; l++) {
                subset[l] = subset[l - 1] + 1;
            }
        }
    }

    static int[] nearest(double[][] rows, int row, int count) {
        var others =
                IntStream.range(0, rows.length)
                        .boxed()
                        .filter(j -> j != row)
                        .sorted(Comparator.comparingDouble(j -> distance(rows[row], rows[j])))
                        .limit(count - 1);
        return IntStream.concat(IntStream.of(row), others.mapToInt(j -> j)).sorted().toArray();
    }

    static double[][] nearestNeighbourMixing(double[][] rows, int f) {
        return IntStream.range(0, rows.length)
                .mapToObj(i -> mean(pick(rows, nearest(rows, i, rows.length - f))))
                .toArray(double[][]::new);
    }

    static double[] geometricMedian(double[][] rows, double[] weights, int iterations, double nu) {
        var z = new double[rows[0].length];
        for (int t = 0; t < iterations; t++) {
            var pull = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                pull[i] = weights[i] / Math.max(nu, distance(rows[i], z));
            }
            z = weightedMean(rows, pull);
        }
        return z;
    }

    static double[] centeredClipping(
            double[][] rows, double[] weights, double[] centre, double tau, int iterations) {
        double sum = Arrays.stream(weights).sum();
        var v = centre.clone();
        for (int t = 0; t < iterations; t++) {
            var next = v.clone();
            for (int i = 0; i < rows.length; i++) {
                double scale = Math.min(1, tau / distance(rows[i], v)) * weights[i] / sum;
                for (int j = 0; j < v.length && scale > 0; j++) {
                    next[j] += scale * (rows[i][j] - v[j]);
                }
            }
            v = next;
        }
        return v;
    }

    static double[] mean(double[][] rows) {
        var ones = new double[rows.length];
        Arrays.fill(ones, 1);
        return weightedMean(rows, ones);
    }

    /** Rows of weight 0 are left out, also if they are infinite. */
    static double[] weightedMean(double[][] rows, double[] weights) {
        var mean = new double[rows[0].length];
        double sum = Arrays.stream(weights).sum();
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < mean.length && weights[i] > 0; j++) {
                mean[j] += weights[i] / sum * rows[i][j];
            }
        }
        return mean;
    }

    static double[][] pick(double[][] rows, int... indices) {
        return IntStream.of(indices).mapToObj(i -> rows[i]).toArray(double[][]::new);
    }

    static double distance(double[] a, double[] b) {
        return Math.sqrt(squaredDistance(a, b));
    }

    /** Infinite to or from a row with an infinite value. */
    static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            if (Double.isInfinite(a[j]) || Double.isInfinite(b[j])) {
                return Double.POSITIVE_INFINITY;
            }
            sum += (a[j] - b[j]) * (a[j] - b[j]);
        }
        return sum;
    }
}
