package io.tributary.operators.attack;

import java.util.Arrays;

/** {@code +Infinity} in every coordinate. */
record InfiniteRows() implements Attack {

    @Override
    public float[][] rows(float[][] honest, int f, long round) {
        var rows = new float[f][honest[0].length];
        for (var row : rows) {
            Arrays.fill(row, Float.POSITIVE_INFINITY);
        }
        return rows;
    }
}
