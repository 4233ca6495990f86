package io.tributary.operators.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * The pairs of rows that are further apart than a bound, and which rows to drop so that no such
 * pair is left: vertex covers of a graph, found exactly by branching.
 *
 * <p>Source: the textbook branching on a vertex of degree at least 3, either dropped or all of its
 * neighbours, which makes at most O(1.47^drops) steps; the neighbour of a vertex of degree 1 can
 * always be dropped, and what has no vertex of degree above 2 after that is cycles, where it does
 * not matter with which vertex one begins.
 */
final class FarPairs {

    private final int rows;
    private final boolean[][] far;
    private final boolean[] dropped;
    private final int[] degree;
    private int pairs;

    FarPairs(Gram gram, int rows, double squaredBound) {
        this.rows = rows;
        far = new boolean[rows][rows];
        dropped = new boolean[rows];
        degree = new int[rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < i; j++) {
                if (gram.squaredDistance(i, j) > squaredBound) {
                    far[i][j] = true;
                    far[j][i] = true;
                    degree[i]++;
                    degree[j]++;
                    pairs++;
                }
            }
        }
    }

    /** Whether no pair is left when the right {@code drops} rows, or fewer, are dropped. */
    boolean canBeCovered(int drops) {
        if (pairs == 0) {
            return true;
        }
        int widest = 0;
        for (int i = 1; i < rows; i++) {
            if (degree[i] > degree[widest]) {
                widest = i;
            }
        }
        if (pairs > (long) drops * degree[widest]) {
            return false;
        }
        int pendant = rowOfDegreeOne();
        if (pendant >= 0) {
            return canBeCoveredWithout(neighbours(pendant), drops);
        }
        return canBeCoveredWithout(List.of(widest), drops)
                || (degree[widest] > 2 && canBeCoveredWithout(neighbours(widest), drops));
    }

    /**
     * The lexicographically first rows that are all within the bound of each other.
     *
     * @param drops how many rows are not among them; enough to cover all pairs
     * @return indices, ascending
     */
    int[] firstWithout(int drops) {
        var kept = new ArrayList<Integer>();
        int left = drops;
        for (int i = 0; kept.size() < rows - drops; i++) {
            if (dropped[i]) {
                continue;
            }
            var conflicts = neighbours(i);
            if (canBeCoveredWithout(conflicts, left)) {
                conflicts.forEach(this::drop);
                left -= conflicts.size();
                kept.add(i);
            } else {
                drop(i);
                left--;
            }
        }
        return kept.stream().mapToInt(i -> i).toArray();
    }

    private boolean canBeCoveredWithout(List<Integer> first, int drops) {
        if (first.size() > drops) {
            return false;
        }
        first.forEach(this::drop);
        boolean covered = canBeCovered(drops - first.size());
        first.forEach(this::restore);
        return covered;
    }

    private int rowOfDegreeOne() {
        for (int i = 0; i < rows; i++) {
            if (degree[i] == 1) {
                return i;
            }
        }
        return -1;
    }

    private List<Integer> neighbours(int row) {
        var neighbours = new ArrayList<Integer>();
        for (int j = 0; j < rows; j++) {
            if (far[row][j] && !dropped[j]) {
                neighbours.add(j);
            }
        }
        return neighbours;
    }

    private void drop(int row) {
        dropped[row] = true;
        for (int j : neighbours(row)) {
            degree[j]--;
            pairs--;
        }
        degree[row] = 0;
    }

    private void restore(int row) {
        dropped[row] = false;
        for (int j : neighbours(row)) {
            degree[j]++;
            degree[row]++;
            pairs++;
        }
    }
}
