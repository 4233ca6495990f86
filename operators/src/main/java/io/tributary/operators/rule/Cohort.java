package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is known of the rows of a round besides their values; all in row order.
 *
 * @param names silo ids; the row's index where there are no silos
 * @param weights fixed objective weights, from 1e-60 to 1e60; need not sum to 1
 * @param normalizers response of each local solver to a constant unit gradient, from 1e-60 to 1e60
 * @param losses training loss each silo claims for the round
 */
public record Cohort(List<String> names, double[] weights, double[] normalizers, double[] losses) {

    // what rules multiply, divide and square of these stays within float64
    private static final double LEAST = 1e-60;
    private static final double MOST = 1e60;

    public Cohort {
        int n = names.size();
        checkArgument(n >= 1, "a cohort needs at least 1 row");
        checkLength("weights", weights.length, n);
        checkLength("normalizers", normalizers.length, n);
        checkLength("losses", losses.length, n);
        checkPositive("weight", weights);
        checkPositive("normalizer", normalizers);
        names = List.copyOf(names);
    }

    /** Rows named by their index, of equal weight and work. */
    public static Cohort uniform(int rows) {
        return new Cohort(indices(rows), ones(rows), ones(rows), new double[rows]);
    }

    /** Rows named by their index, of these weights and of equal work. */
    public static Cohort weighted(double[] weights) {
        int n = weights.length;
        return new Cohort(indices(n), weights, ones(n), new double[n]);
    }

    public int size() {
        return weights.length;
    }

    public double weight(int row) {
        return weights[row];
    }

    /** Whether all weights are the same. */
    public boolean isUniform() {
        return Arrays.stream(weights).allMatch(w -> w == weights[0]);
    }

    /**
     * The row of this name.
     *
     * @throws IllegalArgumentException if the cohort does not have it
     */
    public int indexOf(String name) {
        int index = names.indexOf(name);
        checkArgument(index >= 0, "row '%s' is not in the cohort %s", name, names);
        return index;
    }

    List<Contribution> contributions() {
        return IntStream.range(0, size())
                .mapToObj(i -> new Contribution(weights[i], normalizers[i]))
                .toList();
    }

    public Cohort withWeights(double[] next) {
        return new Cohort(names, next, normalizers, losses);
    }

    private static List<String> indices(int rows) {
        return IntStream.range(0, rows).mapToObj(Integer::toString).toList();
    }

    private static double[] ones(int length) {
        var ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static void checkLength(String what, int length, int rows) {
        checkArgument(length == rows, "%s %s were given for %s rows", length, what, rows);
    }

    private static void checkPositive(String what, double[] values) {
        for (int i = 0; i < values.length; i++) {
            checkArgument(
                    values[i] >= LEAST && values[i] <= MOST,
                    "%s of row %s must be above 0, from %s to %s, got %s",
                    what,
                    i,
                    LEAST,
                    MOST,
                    values[i]);
        }
    }
}
