package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Krum's scores of some rows among themselves: the sum of the squared distances from each to the
 * {@code neighbours} others nearest to it.
 */
final class KrumScores {

    private final String rule;
    private final int[] rows;
    private final double[] scores;

    /**
     * @param rule how errors call the rule that asks
     * @param rows indices of the rows to compare, ascending
     * @param neighbours less than the number of rows
     */
    KrumScores(String rule, Gram gram, int[] rows, int neighbours) {
        this.rule = rule;
        this.rows = rows;
        this.scores =
                Arrays.stream(rows).mapToDouble(i -> score(gram, i, rows, neighbours)).toArray();
    }

    private static double score(Gram gram, int row, int[] rows, int neighbours) {
        return Arrays.stream(rows)
                .filter(j -> j != row)
                .mapToDouble(j -> gram.squaredDistance(row, j))
                .sorted()
                .limit(neighbours)
                .sum();
    }

    /**
     * The rows of least score; of equal ones, those of lower index.
     *
     * @return indices, ascending
     * @throws IllegalArgumentException if fewer rows than that have a finite score
     */
    int[] least(int count) {
        var order =
                IntStream.range(0, rows.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(k -> scores[k]))
                        .limit(count)
                        .toList();
        int last = order.get(count - 1);
        checkArgument(
                Double.isFinite(scores[last]),
                "%s has to keep row %s, which is infinitely far from the rows nearest to it: leave"
                        + " out rows with infinite values",
                rule,
                rows[last]);
        return order.stream().mapToInt(k -> rows[k]).sorted().toArray();
    }
}
