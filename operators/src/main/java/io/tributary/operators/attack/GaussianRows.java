package io.tributary.operators.attack;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.SplittableRandom;

/**
 * Noise: normally distributed values about 0, independent in every row, coordinate and round.
 *
 * <p>Source: Blanchard et al., NeurIPS 2017 (arXiv:1703.02757), section 5, where the deviation is
 * 200.
 *
 * @param deviation standard deviation, above 0
 * @param seed of the noise
 */
record GaussianRows(double deviation, long seed) implements Attack {

    GaussianRows {
        checkArgument(
                deviation > 0 && Double.isFinite(deviation),
                "gaussian: deviation must be above 0 and finite, got %s",
                deviation);
    }

    @Override
    public float[][] rows(float[][] honest, int f, long round) {
        var random = new SplittableRandom(new SplittableRandom(seed).nextLong() ^ round);
        var rows = new float[f][honest[0].length];
        for (var row : rows) {
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) (deviation * random.nextGaussian());
            }
        }
        return rows;
    }
}
