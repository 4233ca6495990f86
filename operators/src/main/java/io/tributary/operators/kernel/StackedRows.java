package io.tributary.operators.kernel;

import static io.tributary.operators.Preconditions.checkArgument;

import org.jspecify.annotations.Nullable;

/**
 * The rows of one matrix and below them those of another, such as a centre that is not encoded.
 *
 * @param upper the first rows
 * @param lower the rows behind them, of the same length
 */
public record StackedRows(RowSource upper, RowSource lower) implements RowSource {

    public StackedRows {
        checkArgument(
                upper.length() == lower.length(),
                "rows of %s values cannot be stacked on rows of %s",
                upper.length(),
                lower.length());
    }

    @Override
    public int rows() {
        return upper.rows() + lower.rows();
    }

    @Override
    public int length() {
        return upper.length();
    }

    @Override
    public void read(int row, int from, int count, float[] target) {
        if (row < upper.rows()) {
            upper.read(row, from, count, target);
        } else {
            lower.read(row - upper.rows(), from, count, target);
        }
    }

    @Override
    public float @Nullable [] asArray(int row) {
        return row < upper.rows() ? upper.asArray(row) : lower.asArray(row - upper.rows());
    }
}
