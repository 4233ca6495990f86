package io.tributary.operators.rule;

import java.util.List;

/** One element of an aggregation rule such as {@code nnm(f=2) | trimmed-mean(f=2)}. */
interface Stage {

    /**
     * Refuses numbers of rows for which the stage is not defined.
     *
     * @throws IllegalArgumentException naming the stage, the bound and the number
     */
    void check(int rows);

    /** Rows, by name, without which it is not defined: a trusted one, for instance. */
    default List<String> requiredRows() {
        return List.of();
    }

    /** Whether it weighs by the losses that silos claim. */
    default boolean readsLosses() {
        return false;
    }

    /** What it has to know of the rows that reach it. */
    Evidence evidence();

    /** Whether it has a well-founded meaning for rows of unequal weight. */
    boolean weighted();

    /** Whether it has to know which silo a row is from, by its name or by the work it did. */
    default boolean looksUpSilos() {
        return false;
    }
}
