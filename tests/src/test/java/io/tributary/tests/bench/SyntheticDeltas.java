package io.tributary.tests.bench;

import java.util.Random;

/**
 * Rows that look like a round with faulty silos: a common direction, noise of the same size, and
 * ten times the noise in the last fifth of the silos.
 */
final class SyntheticDeltas {

    private static final long SEED = 7;

    /** Deviations are looked up: drawing each anew would take longer than measuring. */
    private static final int DEVIATIONS = 1 << 13;

    private final float[] deviations = new float[DEVIATIONS];
    private final int honest;
    private final int silos;
    private long state = SEED;

    SyntheticDeltas(int silos) {
        this.silos = silos;
        honest = silos - silos / 5;
        var random = new Random(SEED);
        for (int k = 0; k < DEVIATIONS; k++) {
            deviations[k] = (float) random.nextGaussian();
        }
    }

    /** Fills the silos' rows; rows behind theirs stay zero. */
    void fill(float[][] rows) {
        int length = rows[0].length;
        var common = new float[length];
        draw(common, 1, new float[length]);
        for (int i = 0; i < silos; i++) {
            draw(rows[i], i < honest ? 1 : 10, common);
        }
    }

    private void draw(float[] target, float scale, float[] base) {
        long x = state;
        for (int j = 0; j < target.length; j++) {
            x = x * 6364136223846793005L + 1442695040888963407L; // Knuth, MMIX
            target[j] = base[j] + scale * deviations[(int) (x >>> 51)];
        }
        state = x;
    }
}
