package io.tributary.operators.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A matrix of float32 rows that is read piece by piece, decoded where it is read. Reading has no
 * state: several threads may read at once.
 */
public interface RowSource {

    /** Number of rows. */
    int rows();

    /** Values in each row. */
    int length();

    /**
     * Reads {@code count} values of a row.
     *
     * @param target receives them from index 0 on
     */
    void read(int row, int from, int count, float[] target);

    /** The whole row, if it is there as an array and need not be read; read only. */
    default float @Nullable [] asArray(int row) {
        return null;
    }
}
