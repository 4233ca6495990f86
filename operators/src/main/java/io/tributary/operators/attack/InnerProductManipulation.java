package io.tributary.operators.attack;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * Inner product manipulation, "fall of empires": the honest mean, turned round and scaled, so that
 * the combined delta points away from it. A small epsilon hides among honest rows of large
 * variance; a large one overturns a mean. With {@code epsilon = 1} it is the sign flip.
 *
 * <p>Source: Xie et al., UAI 2019 (arXiv:1903.03936).
 *
 * <pre>{@code epsilon = 0.5, honest = [[2], [6]]  ->  [-2]}</pre>
 *
 * @param epsilon how far to turn round, above 0
 */
record InnerProductManipulation(double epsilon) implements Attack {

    InnerProductManipulation {
        checkArgument(
                epsilon > 0 && Double.isFinite(epsilon),
                "ipm: epsilon must be above 0 and finite, got %s",
                epsilon);
    }

    @Override
    public float[][] rows(float[][] honest, int f, long round) {
        var row = HonestRows.mean(honest);
        for (int j = 0; j < row.length; j++) {
            row[j] *= -epsilon;
        }
        return HonestRows.copies(row, f);
    }
}
