package io.tributary.operators.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The inner products of all pairs of rows, in float64.
 *
 * <p>A tile of all rows is widened once, then multiplied in blocks of 4 by 4 rows whose running
 * sums stay in registers. Every thousand coordinates the running sums are added to totals that
 * carry their rounding error along (the two-sum of Knuth, TAOCP 2, 4.2.2), so that the distance of
 * two rows which agree in most of their digits keeps as many digits as float64 has.
 *
 * <p>Products with a row that contains an infinity are infinite or NaN; those of the other rows are
 * not touched by it.
 */
final class InnerProducts {

    /** Coordinates of a tile: 16 rows of float64 fit into a first-level cache. */
    private static final int TILE = 256;

    /** Coordinates between two additions to the totals; a multiple of the tile. */
    private static final int RUN = 4 * TILE;

    /** Coordinates of a segment, at least; a multiple of the run. */
    private static final int SEGMENT = 32 * RUN;

    /** Segments of very long rows, at most. */
    private static final int MOST_SEGMENTS = 1024;

    /** Values in a cache line. */
    private static final int CACHE_LINE = 16;

    private static final int BLOCK = Kernels.BLOCK;
    private static final int LANES = Kernels.LANES;

    private final Kernels kernels;
    private final RowSource rows;

    InnerProducts(Kernels kernels, RowSource rows) {
        this.kernels = kernels;
        this.rows = rows;
    }

    /** The upper triangle with the diagonal, row by row. */
    double[] compute(int threads) {
        var segments = new Segments(rows.length(), segmentSize(rows.length()));
        var partial = new double[segments.count()][];
        segments.forEach(
                threads,
                () -> {
                    var segment = new Segment();
                    return (s, from, to) -> partial[s] = segment.compute(from, to);
                });
        var total = new Totals(Passes.packedLength(rows.rows()));
        for (var products : partial) {
            for (int k = 0; k < products.length; k++) {
                total.add(k, products[k]);
            }
        }
        return total.toArray();
    }

    private static int segmentSize(int length) {
        int runs = length / (MOST_SEGMENTS * RUN) + 1;
        return Math.max(SEGMENT, runs * RUN);
    }

    /** Sums with what was lost in rounding them. */
    private static final class Totals {

        private final double[] sums;
        private final double[] lost;

        Totals(int length) {
            sums = new double[length];
            lost = new double[length];
        }

        void add(int k, double value) {
            double before = sums[k];
            double sum = before + value;
            double added = sum - before;
            lost[k] += (before - (sum - added)) + (value - added);
            sums[k] = sum;
        }

        double[] toArray() {
            var values = new double[sums.length];
            for (int k = 0; k < values.length; k++) {
                values[k] = Double.isFinite(sums[k]) ? sums[k] + lost[k] : sums[k];
            }
            return values;
        }
    }

    /** Works on one segment after the other. */
    private final class Segment {

        private final int n = rows.rows();
        private final int blocks = (n + BLOCK - 1) / BLOCK;
        private final float[] decoded = new float[TILE];

        /** Keeps loads alive that nothing else needs. */
        @SuppressWarnings("UnusedVariable")
        private int fetched;

        /** Rows past n stay zero. */
        private final double[][] tile = new double[blocks * BLOCK][TILE];

        private final double[][] sums =
                new double[blocks * (blocks + 1) / 2][BLOCK * BLOCK * LANES];

        double[] compute(int from, int to) {
            var totals = new Totals(Passes.packedLength(n));
            for (int run = from; run < to; run += RUN) {
                int end = Math.min(run + RUN, to);
                for (int at = run; at < end; at += TILE) {
                    multiply(read(at, Math.min(TILE, end - at)));
                }
                addTo(totals);
            }
            return totals.toArray();
        }

        /** Fills up with zeros to a multiple of the lanes, which is returned. */
        private int read(int from, int count) {
            int padded = (count + LANES - 1) / LANES * LANES;
            for (int i = 0; i < n; i++) {
                fetched += fetch(rows.asArray(i), from, count);
            }
            for (int i = 0; i < n; i++) {
                var array = rows.asArray(i);
                if (array == null) {
                    rows.read(i, from, count, decoded);
                    kernels.widen(decoded, 0, count, tile[i]);
                } else {
                    kernels.widen(array, from, count, tile[i]);
                }
                Arrays.fill(tile[i], count, padded, 0);
            }
            return padded;
        }

        /**
         * Brings values into the cache: loads that wait for memory overlap, and do not if every one
         * of them is followed by a store.
         */
        private static int fetch(float @Nullable [] array, int from, int count) {
            int bits = 0;
            if (array != null) {
                for (int j = from; j < from + count; j += CACHE_LINE) {
                    bits |= Float.floatToRawIntBits(array[j]);
                }
            }
            return bits;
        }

        private void multiply(int count) {
            int block = 0;
            for (int i = 0; i < blocks; i++) {
                for (int j = i; j < blocks; j++) {
                    kernels.multiply(tile, i * BLOCK, j * BLOCK, count, sums[block++]);
                }
            }
        }

        private void addTo(Totals totals) {
            int block = 0;
            for (int i = 0; i < blocks; i++) {
                for (int j = i; j < blocks; j++) {
                    addTo(totals, i * BLOCK, j * BLOCK, sums[block]);
                    Arrays.fill(sums[block++], 0);
                }
            }
        }

        private void addTo(Totals totals, int first, int second, double[] lanes) {
            for (int i = first; i < Math.min(first + BLOCK, n); i++) {
                int rowStart = i * n - i * (i - 1) / 2 - i; // index of (i, 0), were it there
                for (int j = Math.max(second, i); j < Math.min(second + BLOCK, n); j++) {
                    totals.add(
                            rowStart + j, sum(lanes, ((i - first) * BLOCK + j - second) * LANES));
                }
            }
        }

        private static double sum(double[] lanes, int at) {
            return ((lanes[at] + lanes[at + 4]) + (lanes[at + 1] + lanes[at + 5]))
                    + ((lanes[at + 2] + lanes[at + 6]) + (lanes[at + 3] + lanes[at + 7]));
        }
    }
}
