package io.tributary.operators.attack;

import static io.tributary.operators.Preconditions.checkArgument;

/** Inverse of the distribution function of the standard normal distribution. */
final class NormalQuantile {

    private static final double LARGEST = 8;

    private NormalQuantile() {}

    /**
     * @param p in (0, 1)
     * @return x with {@code P(X <= x) = p}, to about 1e-13; p closer to 0 or 1 than 1e-15 give 8
     *     deviations
     */
    static double of(double p) {
        checkArgument(p > 0 && p < 1, "p must be in (0, 1), got %s", p);
        double low = -LARGEST;
        double high = LARGEST;
        for (int k = 0; k < 60; k++) {
            double middle = (low + high) / 2;
            if (probability(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** {@code 1/2 + density(x) (x + x^3/3 + x^5/(3 5) + x^7/(3 5 7) + ...)}. */
    static double probability(double x) {
        double term = x;
        double sum = x;
        for (int k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
            term *= x * x / k;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}
