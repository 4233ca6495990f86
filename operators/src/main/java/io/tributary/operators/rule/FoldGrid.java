package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import io.tributary.operators.kernel.RowSource;

/**
 * The fixed grid on which folding rules add: every scaled value is rounded to a multiple of {@code
 * 2^exponent} and kept as that multiple. Whole numbers below {@code 2^53} add exactly in float64,
 * so the sum has the same bits in whatever order the rows come.
 *
 * <p>Exactness asks for {@code sum_i |scale_i * value_i| <= 2^53 * quantum}. With weights that sum
 * to 1 over the plan, that holds when every value, per unit of its weight, is within {@link
 * #limit()}; the coordinator refuses an update that is not.
 *
 * @param exponent power of two of the quantum; -40 resolves 1e-12 and admits values up to 4096
 */
public record FoldGrid(int exponent) {

    public FoldGrid {
        checkArgument(
                exponent >= -100 && exponent <= 0,
                "fold quantum exponent must be -100 to 0, got %s",
                exponent);
    }

    /** Largest admitted absolute value of a delta per unit of weight. */
    public double limit() {
        return Math.scalb(1.0, 52 + exponent);
    }

    /**
     * Whether a row can be added exactly, whatever else of its round is.
     *
     * @param largest its largest absolute value
     */
    public boolean holds(double largest, Contribution contribution) {
        return perUnitOfWork(largest, contribution.normalizer()) <= limit();
    }

    /** What {@link #limit()} bounds of a row whose largest absolute value is this. */
    public static double perUnitOfWork(double largest, double normalizer) {
        return largest / Math.min(1, normalizer);
    }

    /** Adds {@code scale * row} to a sum that is counted in quanta. */
    public void fold(double[] sum, float[] row, double scale) {
        fold(sum, new FloatRows(new float[][] {row}), 0, scale);
    }

    /**
     * Adds {@code scale * row} of some rows, decoded where it is read, to a sum in quanta. The same
     * with {@code -scale} takes it out again, to the last bit.
     */
    public void fold(double[] sum, RowSource rows, int row, double scale) {
        Passes.addRounded(rows, row, scale * Math.scalb(1.0, -exponent), sum);
    }

    /**
     * Adds values that are a sum already. Those on the grid, as a sum of rounded values is, are
     * added exactly; others are rounded to it, so that what follows stays exact.
     *
     * @param sum in quanta
     * @param first where in the sum they belong
     * @param count how many of the values there are
     */
    public void add(double[] sum, int first, double[] values, int count) {
        double quanta = Math.scalb(1.0, -exponent);
        for (int j = 0; j < count; j++) {
            sum[first + j] += Math.rint(values[j] * quanta);
        }
    }

    /** The values of a sum that is counted in quanta; exact. */
    public double[] values(double[] sum) {
        var values = sum.clone();
        finish(values, 1);
        return values;
    }

    /** Turns a sum counted in quanta into {@code factor} times its value, in place. */
    public void finish(double[] sum, double factor) {
        double unitsPerQuantum = factor * Math.scalb(1.0, exponent);
        for (int j = 0; j < sum.length; j++) {
            sum[j] *= unitsPerQuantum;
        }
    }
}
