package io.tributary.operators.kernel;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * Rows that are there as arrays.
 *
 * @param values {@code [n][d]}, at least one row; read only
 */
public record FloatRows(float[][] values) implements RowSource {

    public FloatRows {
        checkArgument(values.length >= 1, "a matrix needs at least 1 row");
        int d = values[0].length;
        for (int i = 1; i < values.length; i++) {
            checkArgument(
                    values[i].length == d,
                    "rows differ in length: row 0 has %s values, row %s has %s",
                    d,
                    i,
                    values[i].length);
        }
    }

    @Override
    public int rows() {
        return values.length;
    }

    @Override
    public int length() {
        return values[0].length;
    }

    @Override
    public void read(int row, int from, int count, float[] target) {
        System.arraycopy(values[row], from, target, 0, count);
    }

    @Override
    public float[] asArray(int row) {
        return values[row];
    }
}
