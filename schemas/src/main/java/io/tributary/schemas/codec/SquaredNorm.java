package io.tributary.schemas.codec;

/**
 * The squared norm of a chunk, as both who uploads it and who checks it measure it: the square of
 * value j goes to sum {@code j % 8}, and the sums are added one after the other. With eight of them
 * one addition need not wait for the last, and one order gives one result.
 */
public final class SquaredNorm {

    /** How many sums there are. */
    public static final int SUMS = 8;

    private SquaredNorm() {}

    /**
     * Adds the squares of the values in {@code [from, to)}.
     *
     * @param from a multiple of {@link #SUMS}
     * @param sums {@link #SUMS} of them
     */
    public static void add(float[] values, int from, int to, double[] sums) {
        int j = from;
        double s0 = sums[0];
        double s1 = sums[1];
        double s2 = sums[2];
        double s3 = sums[3];
        double s4 = sums[4];
        double s5 = sums[5];
        double s6 = sums[6];
        double s7 = sums[7];
        for (; j + SUMS <= to; j += SUMS) {
            s0 += square(values[j]);
            s1 += square(values[j + 1]);
            s2 += square(values[j + 2]);
            s3 += square(values[j + 3]);
            s4 += square(values[j + 4]);
            s5 += square(values[j + 5]);
            s6 += square(values[j + 6]);
            s7 += square(values[j + 7]);
        }
        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
        sums[4] = s4;
        sums[5] = s5;
        sums[6] = s6;
        sums[7] = s7;
        for (; j < to; j++) {
            sums[j % SUMS] += square(values[j]);
        }
    }

    /** What the sums come to. */
    public static double total(double[] sums) {
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        return total;
    }

    private static double square(double value) {
        return value * value;
    }
}
