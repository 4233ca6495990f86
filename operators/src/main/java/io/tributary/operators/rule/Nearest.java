package io.tributary.operators.rule;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The rows nearest to one row. */
final class Nearest {

    private Nearest() {}

    /**
     * The {@code count} rows nearest to {@code row}, itself the first of them whatever lies in the
     * same place. Of rows equally far the lower index goes first; of those infinitely far, finite
     * ones do.
     *
     * @param rows rows to choose from, the first of the Gram matrix
     * @return indices, ascending
     */
    static int[] to(int row, int count, Gram gram, int rows) {
        return IntStream.range(0, rows)
                .boxed()
                .sorted(
                        Comparator.<Integer, Boolean>comparing(j -> j != row)
                                .thenComparingDouble(j -> gram.squaredDistance(row, j))
                                .thenComparing(j -> !gram.isFinite(j)))
                .limit(count)
                .mapToInt(j -> j)
                .sorted()
                .toArray();
    }
}
