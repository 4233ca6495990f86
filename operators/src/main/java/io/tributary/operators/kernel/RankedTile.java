package io.tributary.operators.kernel;

/**
 * The columns of a tile in ascending order, each value still knowing the row it came from.
 *
 * <p>The 29 bits of a float64 fraction that a widened float32 leaves zero carry the row's index
 * through a {@link SortingNetwork}. Among equal values the order is by index, backwards below zero.
 * Holds scratch memory: not for more than one thread.
 */
public final class RankedTile {

    private static final long INDEX = (1L << 29) - 1;

    /** In place of infinity, whose fraction must stay zero; beyond every float32 value. */
    private static final double BEYOND = 0x1p1023;

    private final SortingNetwork network;
    private final double[][] ranked;

    /**
     * @param rows rows of every tile
     */
    public RankedTile(int rows) {
        network = SortingNetwork.ofAllRanks(rows);
        ranked = new double[rows][ColumnCombiner.TILE];
    }

    /**
     * Takes the first {@code length} columns of a tile.
     *
     * @param tile {@code [rows][>= length]}, no NaN; read only
     */
    public void sort(float[][] tile, int length) {
        for (int i = 0; i < ranked.length; i++) {
            label(tile[i], i, ranked[i], length);
        }
        network.sort(ranked, length);
    }

    /** The value of a rank in a column; rank 0 is the smallest. */
    public float value(int rank, int column) {
        long bits = Double.doubleToRawLongBits(ranked[rank][column]);
        return (float) Double.longBitsToDouble(bits & ~INDEX);
    }

    /** The row that the value of a rank in a column came from. */
    public int row(int rank, int column) {
        return (int) (Double.doubleToRawLongBits(ranked[rank][column]) & INDEX);
    }

    private static void label(float[] values, int index, double[] labelled, int length) {
        for (int j = 0; j < length; j++) {
            double finite = Math.max(-BEYOND, Math.min(BEYOND, values[j]));
            labelled[j] = Double.longBitsToDouble(Double.doubleToRawLongBits(finite) | index);
        }
    }
}
