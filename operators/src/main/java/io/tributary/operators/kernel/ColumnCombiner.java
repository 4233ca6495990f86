package io.tributary.operators.kernel;

/**
 * Combines a tile of coordinates across all rows. Holds scratch memory: not for more than one
 * thread.
 */
public interface ColumnCombiner {

    /** Coordinates that a tile has at most. */
    int TILE = 512;

    /**
     * Combines the first {@code length} coordinates of a tile.
     *
     * @param tile {@code [rows][>= length]}, no NaN; may be overwritten
     * @param length coordinates in use, at most {@link #TILE}
     * @param target receives the result from {@code offset} on
     */
    void combine(float[][] tile, int length, double[] target, int offset);
}
