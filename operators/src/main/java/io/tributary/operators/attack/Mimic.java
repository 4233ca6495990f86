package io.tributary.operators.attack;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * Mimic: all faulty silos repeat one honest row, so that its silo counts too much. No test of a row
 * can find them; it is harmless where honest rows are alike.
 *
 * <p>Source: Karimireddy et al., ICLR 2022 (arXiv:2006.09365), section 3, with a silo that is
 * given.
 *
 * <pre>{@code row = 1, honest = [[2], [6]]  ->  [6]}</pre>
 *
 * @param row index of the honest row
 */
record Mimic(int row) implements Attack {

    Mimic {
        checkArgument(row >= 0, "mimic: row must be >= 0, got %s", row);
    }

    @Override
    public float[][] rows(float[][] honest, int f, long round) {
        checkArgument(row < honest.length, "mimic: row %s of %s honest rows", row, honest.length);
        var copies = new float[f][];
        for (int i = 0; i < f; i++) {
            copies[i] = honest[row].clone();
        }
        return copies;
    }
}
