package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.ColumnCombiner;
import java.util.Arrays;

/**
 * In each coordinate the mean of the values nearest the median, {@code dropped} of them left out.
 * Of two values equally far the smaller is kept.
 */
record MeanAroundMedian(String name, int dropped) implements CoordinateWiseRule {

    static MeanAroundMedian dropping(String name, int dropped) {
        return new MeanAroundMedian(name, dropped);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows > dropped, "%s drops %s values, there are only %s", name, dropped, rows);
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public ColumnCombiner combiner(double[] weights) {
        int n = weights.length;
        check(n);
        var column = new float[n];
        return (tile, length, target, offset) -> {
            for (int j = 0; j < length; j++) {
                for (int i = 0; i < n; i++) {
                    column[i] = tile[i][j];
                }
                target[offset + j] = meanAroundMedian(column);
            }
        };
    }

    private double meanAroundMedian(float[] column) {
        Arrays.sort(column);
        int n = column.length;
        double median = ((double) column[(n - 1) / 2] + column[n / 2]) / 2;
        int low = 0;
        int high = n - 1;
        for (int k = 0; k < dropped; k++) {
            if (median - column[low] > column[high] - median) {
                low++;
            } else {
                high--;
            }
        }
        double sum = 0;
        for (int i = low; i <= high; i++) {
            sum += column[i];
        }
        return sum / (n - dropped);
    }
}
