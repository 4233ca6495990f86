package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * q-FedAvg: silos with a higher loss count more, for a fairer model.
 *
 * <pre>
 * {@code g_i = -u_i / lr,  combined = -sum_i F_i^q g_i / sum_i (q F_i^(q-1) |g_i|^2 + F_i^q / lr)}
 * </pre>
 *
 * <p>Source: Li et al., "Fair Resource Allocation in Federated Learning", ICLR 2020
 * (arXiv:1905.10497), algorithm 2 with L = 1/lr. {@code q = 0} is the uniform mean, of any losses.
 * The losses are what silos claim of themselves, so it is no robust rule. Breakdown point 0: one
 * silo that claims a huge loss can take the result anywhere, and for {@code q > 0} one that only
 * moves far brings it to a halt, as its norm is squared in the divisor. It sets weights itself, so
 * those of the cohort have to be equal. Refused for losses that are not above 0 and finite, and for
 * infinite rows. Cost: the n norms, O(n d).
 *
 * <p>The paper's {@code F_i} is the loss at the round's start, of the model that all silos begin
 * with. The job hands in the mean training loss over the round's steps: silos report it anyway,
 * while the other would cost each of them an evaluation before its first step. The two are close
 * where a round changes the loss little; else a silo that learns fast counts less than in the
 * paper.
 *
 * <pre>{@code q = 1, lr = 1, F = [1, 3], rows = [[1], [1]]  ->  [0.666...] = (1 + 3) / (2 + 4)}
 * </pre>
 *
 * @param q how much fairness, >= 0
 * @param lr local learning rate of the silos, above 0
 */
record QFedAvg(double q, double lr) implements LinearRule {

    QFedAvg {
        checkArgument(
                q >= 0 && Double.isFinite(q), "q-fedavg: q must be >= 0 and finite, got q=%s", q);
        checkArgument(
                lr > 0 && Double.isFinite(lr),
                "q-fedavg: lr must be above 0 and finite, got lr=%s",
                lr);
    }

    @Override
    public void check(int rows) {}

    @Override
    public boolean readsLosses() {
        return q > 0;
    }

    @Override
    public String whyAlone() {
        return "weighs silos by how far each has moved and by its loss, and a step changes how far";
    }

    @Override
    public boolean looksUpSilos() {
        return true;
    }

    @Override
    public Evidence evidence() {
        return Evidence.NORMS;
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public Coefficients weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        FiniteRows.check("q-fedavg", gram, cohort);
        var losses = cohort.losses();
        for (int i = 0; i < losses.length; i++) {
            checkArgument(
                    q == 0 || (losses[i] > 0 && Double.isFinite(losses[i])),
                    "q-fedavg needs a loss above 0 and finite of every row, got %s for row '%s';"
                            + " leave it out",
                    losses[i],
                    cohort.names().get(i));
        }
        if (q == 0) {
            var equal = new double[losses.length];
            Arrays.fill(equal, 1.0 / losses.length);
            return Coefficients.of(equal);
        }
        // both sums divided by the largest F^q, which may be beyond float64
        double largest = Arrays.stream(losses).max().orElseThrow();
        var coefficients = new double[losses.length];
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            double power = Math.pow(losses[i] / largest, q);
            coefficients[i] = power / lr;
            sum += q * power / losses[i] * gram.squaredNorm(i) / (lr * lr) + power / lr;
        }
        for (int i = 0; i < losses.length; i++) {
            coefficients[i] /= sum;
        }
        return Coefficients.of(coefficients);
    }
}
