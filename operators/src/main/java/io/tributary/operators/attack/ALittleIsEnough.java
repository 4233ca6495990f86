package io.tributary.operators.attack;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * "A little is enough" (ALIE): every faulty row is moved from the honest mean by z honest
 * deviations, too little to stand out.
 *
 * <pre>
 * {@code row = mu + z sigma,  by default
 * z = Phi^-1((n - f - s) / (n - f)),  s = floor(n / 2 + 1) - f,  n = honest rows + f}
 * </pre>
 *
 * <p>Source: Baruch et al., NeurIPS 2019 (arXiv:1902.06156), algorithm 3: s honest rows are to be
 * further out than the faulty ones and make a majority with them. Here mu and sigma are taken over
 * all honest rows, which is more than the paper's attackers know. With few faulty rows the formula
 * gives a z of 0 or less, which is next to no attack; give z then.
 *
 * <pre>{@code z = 1, honest = [[2], [6]]  ->  [6]}</pre>
 *
 * @param z deviations from the mean, to either side; NaN for the paper's
 */
record ALittleIsEnough(double z) implements Attack {

    static ALittleIsEnough of(double z) {
        checkArgument(Double.isFinite(z), "alie: z must be finite, got %s", z);
        return new ALittleIsEnough(z);
    }

    static ALittleIsEnough bySupporters() {
        return new ALittleIsEnough(Double.NaN);
    }

    @Override
    public float[][] rows(float[][] honest, int f, long round) {
        double far = Double.isNaN(z) ? largestUnnoticed(honest.length + f, f) : z;
        var row = HonestRows.mean(honest);
        var deviation = HonestRows.deviation(honest, row);
        for (int j = 0; j < row.length; j++) {
            row[j] += far * deviation[j];
        }
        return HonestRows.copies(row, f);
    }

    static double largestUnnoticed(int n, int f) {
        int supporters = n / 2 + 1 - f;
        checkArgument(
                supporters > 0,
                "alie: %s faulty rows of %s are a majority and need no supporters; give z",
                f,
                n);
        return NormalQuantile.of((double) (n - f - supporters) / (n - f));
    }
}
