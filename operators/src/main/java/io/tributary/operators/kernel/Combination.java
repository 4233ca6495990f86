package io.tributary.operators.kernel;

import java.util.stream.IntStream;

/**
 * {@code sum_i a_i row_i}, in float64 and in row order. Four rows are added at a time, each where
 * it lies if it is an array, to a piece of the result that stays in cache.
 */
final class Combination {

    private static final int TILE = 8192;
    private static final int SEGMENT = 8 * TILE;
    private static final int GROUP = Kernels.GROUP;

    private final Kernels kernels;
    private final RowSource rows;
    private final int[] used;
    private final double[] coefficients;

    /** Rows with coefficient 0 are not read. */
    Combination(Kernels kernels, RowSource rows, double[] coefficients) {
        this.kernels = kernels;
        this.rows = rows;
        this.used =
                IntStream.range(0, coefficients.length).filter(i -> coefficients[i] != 0).toArray();
        this.coefficients = IntStream.of(used).mapToDouble(i -> coefficients[i]).toArray();
    }

    /** Adds to the target, which is as long as the rows. */
    void addTo(double[] target, int threads) {
        new Segments(target.length, SEGMENT)
                .forEach(
                        threads,
                        () -> {
                            var worker = new Worker(target);
                            return (segment, from, to) -> {
                                for (int at = from; at < to; at += TILE) {
                                    worker.add(at, Math.min(TILE, to - at));
                                }
                            };
                        });
    }

    private final class Worker {

        private final double[] target;
        private final float[][] scratch = new float[GROUP][TILE];
        private final float[] zeros = new float[TILE];
        private final float[][] group = new float[GROUP][];
        private final int[] offsets = new int[GROUP];
        private final double[] factors = new double[GROUP];

        Worker(double[] target) {
            this.target = target;
        }

        void add(int from, int count) {
            for (int k = 0; k < used.length; k += GROUP) {
                int members = Math.min(GROUP, used.length - k);
                for (int g = 0; g < members; g++) {
                    locate(g, used[k + g], from, count);
                    factors[g] = coefficients[k + g];
                }
                if (members == 1) {
                    kernels.add(group[0], offsets[0], factors[0], target, from, count);
                } else {
                    fillUp(members);
                    kernels.add(group, offsets, factors, target, from, count);
                }
            }
        }

        /** With zeros, which change no sum. */
        private void fillUp(int members) {
            for (int g = members; g < GROUP; g++) {
                group[g] = zeros;
                offsets[g] = 0;
                factors[g] = 0;
            }
        }

        private void locate(int g, int row, int from, int count) {
            var array = rows.asArray(row);
            if (array == null) {
                rows.read(row, from, count, scratch[g]);
                group[g] = scratch[g];
                offsets[g] = 0;
            } else {
                group[g] = array;
                offsets[g] = from;
            }
        }
    }
}
