package io.tributary.operators.rule;

/**
 * A step before a rule that replaces the rows by linear combinations of them: {@code rows' = M
 * rows}. The rows themselves are never needed for that; their Gram matrix becomes {@code M G M^T}.
 *
 * <p>Shapes, of every step, with {@code m} for {@link #rowsAfter}: rows {@code [n][d]} go in and
 * {@code [m][d]} come out; {@code M} is {@code [m][n]}, the Gram matrix {@code [n][n]} before and
 * {@code [m][m]} after it.
 */
public interface RowStep extends Stage {

    /** How many rows come out for {@code rows} that go in. */
    default int rowsAfter(int rows) {
        return rows;
    }

    /** Whether the row that comes out in a silo's place still stands for that silo. */
    default boolean keepsPlaces() {
        return true;
    }

    /** Whether every row is at most scaled: {@code M} is diagonal. */
    boolean diagonal();

    /** Whether rows may have other weights behind it than they came with. */
    default boolean changesWeights() {
        return false;
    }

    /**
     * Computes {@code M}.
     *
     * @param gram of the rows that reach this step, as far as {@link #evidence()} asks for it
     * @param cohort what else is known of these rows
     */
    Mixed mix(Gram gram, Cohort cohort, RoundFacts facts);

    /**
     * What a step makes of a cohort.
     *
     * @param mixing {@code M}, {@code [rows after][rows before]}
     * @param cohort what is known of the rows after
     * @param factor what the combined delta is multiplied by at the end
     * @param selected indices of the rows that a selecting step has kept; empty for one that does
     *     not select
     */
    record Mixed(Mixing mixing, Cohort cohort, double factor, int[] selected) {

        static Mixed of(Mixing mixing, Cohort cohort) {
            return new Mixed(mixing, cohort, 1, new int[0]);
        }
    }
}
