package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A cap on each row's share of the cohort's weight, before any rule that reads weights: sizes that
 * silos report are claims, and a claim should not buy a majority.
 *
 * <p>Water-filling: rows above the cap get exactly {@code max} of the total, what they lose goes to
 * the others in proportion to their weights, and so on until nobody is above it. The rows and the
 * total weight stay as they are. Shares sum to 1, so {@code n} rows can only be capped at {@code
 * 1/n} or more; there all weigh the same. Cost O(n log n), no evidence.
 *
 * <p>No paper: a convention of this library. The step has no breakdown point of its own: {@code k}
 * rows have at most {@code k max} of the weight, so behind it a rule that bears less than half of
 * the weight bears any {@code k < 1 / (2 max)} rows, whatever sizes they claim.
 *
 * <pre>{@code max = 0.5, weights = [6, 1, 1]  ->  [4, 2, 2]}</pre>
 *
 * @param max largest share of the total weight, in (0, 1]
 */
record ShareCap(double max) implements RowStep {

    /** Caps such as 0.33333333333 mean 1/n and fall just short of it. */
    private static final double ROUNDING = 1e-9;

    ShareCap {
        checkArgument(max > 0 && max <= 1, "share-cap: max must be in (0, 1], got max=%s", max);
    }

    @Override
    public void check(int rows) {
        checkArgument(
                max * rows >= 1 - ROUNDING,
                "share-cap needs max >= 1/n, got n=%s, max=%s: the shares of all rows sum to 1, so"
                        + " one of them is at least 1/n",
                rows,
                max);
    }

    @Override
    public boolean looksUpSilos() {
        return true;
    }

    @Override
    public Evidence evidence() {
        return Evidence.COHORT;
    }

    @Override
    public boolean weighted() {
        return true;
    }

    @Override
    public boolean diagonal() {
        return true;
    }

    @Override
    public boolean changesWeights() {
        return true;
    }

    @Override
    public Mixed mix(Gram gram, Cohort cohort, RoundFacts facts) {
        return Mixed.of(
                Mixing.identity(cohort.size()), cohort.withWeights(capped(cohort.weights())));
    }

    private double[] capped(double[] weights) {
        int n = weights.length;
        var heaviestFirst =
                IntStream.range(0, n)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -weights[i]))
                        .toList();
        double total = Arrays.stream(weights).sum();
        double cap = max * total;
        var capped = weights.clone();
        double left = total; // weight of the rows that are not capped, after and before
        double claimed = total;
        for (int k = 0; k < n; k++) {
            int heaviest = heaviestFirst.get(k);
            if (k == n - 1 || weights[heaviest] * left <= cap * claimed * (1 + ROUNDING)) {
                double stretch = left / claimed;
                for (int i : heaviestFirst.subList(k, n)) {
                    capped[i] = weights[i] * stretch;
                }
                break;
            }
            capped[heaviest] = cap;
            left -= cap;
            claimed -= weights[heaviest];
        }
        return capped;
    }
}
