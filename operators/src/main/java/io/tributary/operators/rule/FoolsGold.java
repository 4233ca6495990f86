package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * FoolsGold: silos whose histories point the same way count less, since puppets of one attacker
 * pursue one goal and honest silos differ.
 *
 * <pre>
 * {@code c_ij = cos(h_i, h_j), h_i = sum of all rows of silo i, this round's included
 * v_i = max(0, max_{j != i} c_ij)
 * c_ij <- c_ij v_i / v_j where v_j > v_i          pardoning
 * a_i = clamp(1 - max_{j != i} c_ij)              to [0, 1]
 * a_i <- a_i / max_j a_j                          rescaling
 * a_i <- clamp(ln(a_i / (1 - a_i)) + 0.5)         logit; 1 stays 1, 0 stays 0
 * combined = sum_i a_i u_i / sum_i a_i}
 * </pre>
 *
 * <p>Source: Fung et al., "The Limitations of Federated Learning in Sybil Settings", RAID 2020
 * (arXiv:1808.04866), algorithm 1, with confidence kappa = 1 and all coordinates as features.
 * Conventions where the paper is silent: no silo is less than not similar ({@code v_i >= 0}), which
 * keeps pardoning defined; the result is a mean, where the paper adds the rows up; if all a_i are 0
 * before rescaling, as when all histories are parallel, all silos are alike and count the same. A
 * single silo, or one that never moved, counts in full.
 *
 * <p>It bears any number of puppets if they are alike, and is helpless against a single attacker:
 * breakdown point 0. Silos on the same data are taken for puppets of each other. It weighs likeness
 * instead of size, so it is not defined for unequal weights. An infinite history is refused. Cost:
 * the Gram matrix of the histories, O(n^2 d).
 *
 * <pre>{@code rows = [[1, 0], [0, 2], [-4, -4], [-4, -4]]  ->  [0.5, 1]}</pre>
 */
record FoolsGold() implements LinearRule {

    /** Of 1 - cosine: below it are only the roundings of float32 rows. */
    private static final double PARALLEL = 1e-12;

    @Override
    public void check(int rows) {}

    @Override
    public Evidence evidence() {
        return Evidence.PRODUCTS;
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public Kept keeps() {
        return Kept.HISTORIES;
    }

    @Override
    public Coefficients weigh(Gram histories, Cohort cohort, RoundFacts facts) {
        int n = cohort.size();
        for (int i = 0; i < n; i++) {
            checkArgument(
                    histories.isFinite(i),
                    "foolsgold: the history of row '%s' has an infinite norm and so no direction;"
                            + " leave the row out or start anew without histories",
                    cohort.names().get(i));
        }
        var likeness = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (j != i) {
                    likeness[i] = Math.max(likeness[i], histories.cosine(i, j));
                }
            }
        }
        var standing = new double[n];
        for (int i = 0; i < n; i++) {
            double closest = 0;
            for (int j = 0; j < n; j++) {
                if (j != i) {
                    double pardon = likeness[j] > likeness[i] ? likeness[i] / likeness[j] : 1;
                    closest = Math.max(closest, histories.cosine(i, j) * pardon);
                }
            }
            standing[i] = Math.max(0, 1 - closest);
        }
        double best = Arrays.stream(standing).max().orElseThrow();
        if (best <= PARALLEL) {
            Arrays.fill(standing, 1);
            best = 1;
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            standing[i] = logit(standing[i] / best);
            sum += standing[i];
        }
        for (int i = 0; i < n; i++) {
            standing[i] /= sum; // the best stands at 1, so the sum is at least that
        }
        return Coefficients.of(standing);
    }

    private static double logit(double standing) {
        return Math.min(1, Math.max(0, Math.log(standing / (1 - standing)) + 0.5));
    }
}
