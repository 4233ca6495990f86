package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The first half of Bulyan: {@code theta = n - 2f} rows, picked one by one by Krum among those that
 * are left. The second half, in each coordinate the mean of the {@code theta - 2f} values nearest
 * the median, is {@link MeanAroundMedian}.
 *
 * <p>Source: El Mhamdi et al., ICML 2018 (arXiv:1802.07927). Scores are computed anew for every
 * pick, with {@code r - f - 2} neighbours where {@code r} rows are left, and at least 1 as long as
 * there is another row. Needs {@code n >= 4f + 3}, so it tolerates up to {@code (n - 3) / 4} faulty
 * rows. Cost: the Gram matrix, O(n^2 d), and O(n^3 log n). Equal scores: the lower row index is
 * picked first; with {@code f < 3} that decides the last picks, where two rows nearest to each
 * other are each other's only neighbours.
 *
 * <pre>{@code bulyan(f=1): [[0], [1], [2], [3], [4], [5], [99]]  ->  [2], from rows 0 to 4}</pre>
 *
 * @param f faulty rows to tolerate
 */
record BulyanSelection(int f) implements RowStep {

    BulyanSelection {
        checkArgument(f >= 0, "bulyan: f must be >= 0, got f=%s", f);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows >= 4L * f + 3, "bulyan needs n >= 4f+3, got n=%s, f=%s", rows, f);
    }

    @Override
    public int rowsAfter(int rows) {
        return rows - 2 * f;
    }

    @Override
    public Evidence evidence() {
        return Evidence.PRODUCTS;
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public boolean diagonal() {
        return false;
    }

    @Override
    public Mixed mix(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        var left = IntStream.range(0, n).toArray();
        var picked = new int[rowsAfter(n)];
        for (int k = 0; k < picked.length; k++) {
            int neighbours = Math.min(Math.max(1, left.length - f - 2), left.length - 1);
            int pick = new KrumScores("bulyan", gram, left, neighbours).least(1)[0];
            picked[k] = pick;
            left = Arrays.stream(left).filter(i -> i != pick).toArray();
        }
        Arrays.sort(picked);
        return new Mixed(Mixing.selection(picked, n), Cohort.uniform(picked.length), 1, picked);
    }
}
