package io.tributary.cli.pace;

import java.util.Arrays;

/**
 * A figure over seeds.
 *
 * @param low the smallest
 * @param median the middle one; of an even number the mean of the two in the middle
 * @param high the largest
 */
public record Spread(double low, double median, double high) {

    /**
     * @param values at least one, in any order
     * @throws IllegalArgumentException if there is none
     */
    static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a spread needs a value");
        }
        var sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }
}
