package io.tributary.operators.kernel;

/**
 * Brings what will be read soon of rows, decoded or not, into the second-level cache. Loads that
 * wait for memory overlap as long as nothing is done between them; copying rows piece by piece
 * waits for each. Not for more than one thread.
 */
final class Prefetch {

    /** Values that are fetched at a time, of all rows together: 256 KiB. */
    private static final int VALUES = 1 << 16;

    private static final int CACHE_LINE = 64;

    private final RowSource rows;
    private final int step;
    private int fetchedTo;

    /** Keeps loads alive that nothing else needs. */
    @SuppressWarnings("UnusedVariable")
    private int bits;

    Prefetch(RowSource rows) {
        this.rows = rows;
        this.step = Math.max(CACHE_LINE, VALUES / rows.rows());
    }

    /** Starts at a place anywhere in the rows. */
    void start(int from) {
        fetchedTo = from;
    }

    /**
     * Sees to it that the values from the start up to a place have been fetched.
     *
     * @param end what lies from here on is not needed
     */
    void upTo(int place, int end) {
        while (fetchedTo < place) {
            int to = Math.min(fetchedTo + step, end);
            for (int i = 0; i < rows.rows(); i++) {
                bits ^= fetch(rows, i, fetchedTo, to);
            }
            fetchedTo = to;
        }
    }

    private static int fetch(RowSource rows, int row, int from, int to) {
        if (rows instanceof StackedRows stacked) {
            int upper = stacked.upper().rows();
            return row < upper
                    ? fetch(stacked.upper(), row, from, to)
                    : fetch(stacked.lower(), row - upper, from, to);
        }
        if (rows instanceof EncodedRows encoded) {
            var source = encoded.encoded().get(row);
            var codec = source.codec();
            return fetch(source.payload(), codec.encodedBytes(from), codec.encodedBytes(to));
        }
        var array = rows.asArray(row);
        return array == null ? 0 : fetch(array, from, to);
    }

    private static int fetch(float[] row, int from, int to) {
        int bits = 0;
        for (int j = from; j < to; j += CACHE_LINE / Float.BYTES) {
            bits |= Float.floatToRawIntBits(row[j]);
        }
        return bits;
    }

    private static int fetch(byte[] row, int from, int to) {
        int bits = 0;
        for (int j = from; j < to; j += CACHE_LINE) {
            bits |= row[j];
        }
        return bits;
    }
}
