package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * A matrix that makes new rows of the cohort's: {@code rows' = M rows}. Coefficients of 0 mean that
 * a row is not looked at, also if it is infinite. Immutable.
 */
public final class Mixing {

    private final double[][] values;
    private final int columns;

    private Mixing(double[][] values, int columns) {
        this.values = values;
        this.columns = columns;
    }

    /**
     * @param values {@code [rows after][rows before]}, at least one row; taken over
     */
    public static Mixing of(double[][] values) {
        int columns = values[0].length;
        for (var row : values) {
            checkArgument(row.length == columns, "the rows of a mixing matrix differ in length");
        }
        return new Mixing(values, columns);
    }

    /**
     * @param values {@code [rows x columns]}, row by row
     */
    public static Mixing ofRowMajor(int rows, double[] values) {
        int columns = values.length / rows;
        checkArgument(
                rows * columns == values.length,
                "%s values are not a matrix of %s rows",
                values.length,
                rows);
        var matrix = new double[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
        }
        return new Mixing(matrix, columns);
    }

    public static Mixing identity(int rows) {
        var ones = new double[rows];
        Arrays.fill(ones, 1);
        return diagonal(ones);
    }

    /** Every row scaled. */
    public static Mixing diagonal(double[] scales) {
        int n = scales.length;
        var values = new double[n][n];
        for (int i = 0; i < n; i++) {
            values[i][i] = scales[i];
        }
        return new Mixing(values, n);
    }

    /** Exactly these rows, in this order. */
    public static Mixing selection(int[] selected, int rows) {
        var values = new double[selected.length][rows];
        for (int i = 0; i < selected.length; i++) {
            values[i][selected[i]] = 1;
        }
        return new Mixing(values, rows);
    }

    /** Rows that come out. */
    public int rows() {
        return values.length;
    }

    /** Rows that go in. */
    public int columns() {
        return columns;
    }

    public double at(int row, int column) {
        return values[row][column];
    }

    /** The matrix as arrays, {@code [rows][columns]}; a copy. */
    public double[][] toArrays() {
        return Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    }

    /** The diagonal of a square matrix. */
    public double[] diagonal() {
        var diagonal = new double[rows()];
        for (int i = 0; i < diagonal.length; i++) {
            diagonal[i] = values[i][i];
        }
        return diagonal;
    }

    /** The matrix row by row. */
    public double[] toRowMajor() {
        return Arrays.stream(values).flatMapToDouble(Arrays::stream).toArray();
    }

    public boolean isDiagonal() {
        if (rows() != columns) {
            return false;
        }
        for (int i = 0; i < rows(); i++) {
            for (int j = 0; j < columns; j++) {
                if (i != j && values[i][j] != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    public boolean isIdentity() {
        if (!isDiagonal()) {
            return false;
        }
        for (int i = 0; i < rows(); i++) {
            if (values[i][i] != 1) {
                return false;
            }
        }
        return true;
    }

    /** First {@code before}, then this. */
    public Mixing after(Mixing before) {
        checkArgument(
                columns == before.rows(),
                "a mixing of %s rows cannot follow one that makes %s",
                columns,
                before.rows());
        var product = new double[rows()][];
        for (int i = 0; i < product.length; i++) {
            product[i] = before.combine(values[i]);
        }
        return new Mixing(product, before.columns);
    }

    /** The coefficients over rows before of a linear combination of rows after. */
    public double[] combine(double[] coefficients) {
        var combined = new double[columns];
        for (int i = 0; i < coefficients.length; i++) {
            if (coefficients[i] != 0) {
                for (int j = 0; j < columns; j++) {
                    combined[j] += coefficients[i] * values[i][j];
                }
            }
        }
        return combined;
    }

    /** Lets this many more rows through unchanged, as the last. */
    Mixing withMore(int more) {
        if (more == 0) {
            return this;
        }
        var extended = new double[rows() + more][columns + more];
        for (int i = 0; i < rows(); i++) {
            System.arraycopy(values[i], 0, extended[i], 0, columns);
        }
        for (int i = 0; i < more; i++) {
            extended[rows() + i][columns + i] = 1;
        }
        return new Mixing(extended, columns + more);
    }

    /**
     * {@code M G M^T}, symmetric to the last bit; rows of M that are equal give equal bits too, so
     * that rows mixed alike are in one place and tie.
     */
    double[][] sandwich(double[][] gram) {
        int m = rows();
        var half = new double[m][columns]; // M G
        for (int i = 0; i < m; i++) {
            for (int k = 0; k < columns; k++) {
                double a = values[i][k];
                if (a != 0) {
                    for (int j = 0; j < columns; j++) {
                        half[i][j] += a * gram[k][j];
                    }
                }
            }
        }
        var result = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = i; j < m; j++) {
                double product = (product(half[i], values[j]) + product(half[j], values[i])) / 2;
                result[i][j] = product;
                result[j][i] = product;
            }
        }
        return result;
    }

    /** Places that are 0 in {@code mixing} are not looked at in {@code half}. */
    private static double product(double[] half, double[] mixing) {
        double sum = 0;
        for (int k = 0; k < mixing.length; k++) {
            if (mixing[k] != 0) {
                sum += half[k] * mixing[k];
            }
        }
        return sum;
    }
}
