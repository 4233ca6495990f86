package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Bucketing: the rows are shuffled, cut into buckets of {@code s}, the last of which may be
 * smaller, and replaced by the buckets' means.
 *
 * <p>Source: Karimireddy et al., ICLR 2022 (arXiv:2006.09365). Up to {@code f} faulty rows spoil up
 * to {@code f} of the {@code ceil(n / s)} buckets, so the rule behind it must tolerate {@code f}
 * faulty rows of those; the step has no breakdown point of its own. Every rule that needs more than
 * {@code 2f} rows refuses {@code s > n / (2f)}, the paper's bound, by itself. Cost: O(n), no
 * evidence; before a coordinate-wise rule O(n d).
 *
 * <p>The shuffle is a function of seed and round. Buckets have no names, and they are of equal
 * weight also if one is smaller, or if the means within them are by weight.
 *
 * <pre>{@code bucketing(s=3): [[1], [2], [3]]  ->  [[2]]}</pre>
 *
 * @param s rows in a bucket
 * @param seed of the shuffles
 * @param byWeight whether a bucket's rows are averaged by weight
 */
record Bucketing(int s, long seed, boolean byWeight) implements RowStep {

    Bucketing {
        checkArgument(s >= 1, "bucketing: s must be >= 1, got s=%s", s);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows >= 1, "bucketing needs at least 1 row, got none");
    }

    @Override
    public int rowsAfter(int rows) {
        return (rows - 1) / s + 1;
    }

    @Override
    public Evidence evidence() {
        return Evidence.COHORT;
    }

    @Override
    public boolean weighted() {
        return byWeight;
    }

    @Override
    public boolean diagonal() {
        return false;
    }

    @Override
    public boolean keepsPlaces() {
        return false;
    }

    @Override
    public Mixed mix(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        var order = shuffled(n, facts.round());
        var means = new double[rowsAfter(n)][];
        for (int k = 0; k < means.length; k++) {
            var bucket = Arrays.copyOfRange(order, k * s, Math.min(n, (k + 1) * s));
            Arrays.sort(bucket);
            means[k] = Coefficients.meanOf(bucket, cohort).values();
        }
        return Mixed.of(Mixing.of(means), Cohort.uniform(means.length));
    }

    private int[] shuffled(int n, int round) {
        // Two steps, or seed 7 in round 8 would draw what seed 8 draws in round 7.
        long roundSeed = new SplittableRandom(seed).nextLong() + round;
        var random = new SplittableRandom(roundSeed);
        var order = IntStream.range(0, n).toArray();
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
