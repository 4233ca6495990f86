package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.stream.IntStream;

/**
 * Minimum-diameter averaging (MDA): the mean of the {@code n - f} rows whose greatest distance from
 * each other is least.
 *
 * <p>Source: Rousseeuw, 1985; as an aggregation rule El-Mhamdi et al., PODC 2020. Needs {@code n >
 * 2f}: breakdown point {@code f/n < 1/2}, as with at most {@code f} faulty rows an honest one is
 * kept, and no other that is kept is further from it than honest rows can be from each other. Of
 * several such sets of rows it takes the lexicographically first. The selection counts rows; the
 * mean can be by weight.
 *
 * <p>Exact, and not by looking at all C(n, f) sets: {@code f} rows can be dropped so that no two
 * are further apart than {@code r} if and only if they cover every pair that is, and the least
 * {@code r} is found among the distances by bisection ({@link FarPairs}). Cost: the Gram matrix,
 * O(n^2 d), and O(1.47^f n (n + log n)) at worst; {@code f} may be at most {@value #LARGEST_F}.
 *
 * <pre>{@code mda(f=1): [[0], [3], [4], [5]]  ->  [4], rows 1, 2 and 3}</pre>
 *
 * @param f faulty rows to tolerate
 * @param byWeight whether the rows kept are averaged by weight
 */
record MinimumDiameter(int f, boolean byWeight) implements LinearRule {

    static final int LARGEST_F = 32;

    MinimumDiameter {
        checkArgument(f >= 0, "mda: f must be >= 0, got f=%s", f);
        checkArgument(
                f <= LARGEST_F,
                "mda: f must be <= %s, got f=%s: its exact search grows as 1.47^f; use multi-krum"
                        + " or nnm for so many faulty rows",
                LARGEST_F,
                f);
    }

    @Override
    public void check(int rows) {
        checkArgument(rows > 2L * f, "mda needs n > 2f, got n=%s, f=%s", rows, f);
    }

    @Override
    public Evidence evidence() {
        return Evidence.PRODUCTS;
    }

    @Override
    public boolean weighted() {
        return byWeight;
    }

    @Override
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        var radii =
                IntStream.range(0, n)
                        .boxed()
                        .flatMapToDouble(
                                i ->
                                        IntStream.range(0, i)
                                                .mapToDouble(j -> gram.squaredDistance(i, j)))
                        .sorted()
                        .distinct()
                        .toArray();
        int low = 0;
        int high = radii.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (new FarPairs(gram, n, radii[middle]).canBeCovered(f)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        double diameter = n == 1 ? 0 : radii[low];
        checkArgument(
                Double.isFinite(diameter),
                "mda has no defined answer: more than f=%s of %s rows have infinite values; leave"
                        + " them out",
                f,
                n);
        return Coefficients.meanOf(new FarPairs(gram, n, diameter).firstWithout(f), cohort);
    }
}
