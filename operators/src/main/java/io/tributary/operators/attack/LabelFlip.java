package io.tributary.operators.attack;

/**
 * Label flip: faulty silos do honest work on wrong labels, class {@code c} of {@code k} taken for
 * {@code k - 1 - c}. It is made where data are, not here: {@link #rows} only chooses among deltas
 * that came from flipped labels, the i-th faulty silo the i-th of them, beginning again at the end.
 *
 * <p>Source: Biggio et al., ICML 2012 (arXiv:1206.6389) for the idea; the map is the field's.
 */
public record LabelFlip() implements Attack {

    /** The wrong label for a label in {@code [0, classes)}. */
    public static int flip(int label, int classes) {
        return classes - 1 - label;
    }

    @Override
    public boolean flipsLabels() {
        return true;
    }

    @Override
    public float[][] rows(float[][] honest, int f, long round) {
        var rows = new float[f][];
        for (int i = 0; i < f; i++) {
            rows[i] = honest[i % honest.length].clone();
        }
        return rows;
    }
}
