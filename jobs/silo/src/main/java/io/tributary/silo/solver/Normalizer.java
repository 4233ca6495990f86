package io.tributary.silo.solver;

import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;

/**
 * What FedNova divides a silo's delta by: the displacement, in units of the plan's peak learning
 * rate, that the local steps of a round would cause under a constant unit gradient.
 *
 * <p>It is found by running the solver's own recurrence, so that momentum, schedule and a proximal
 * term may come together; closed forms exist for each alone. The recurrence starts from a zero
 * momentum buffer: what a kept buffer carries over from earlier rounds is no response to this
 * round's gradients.
 *
 * <p>For AdamW, and for any solver with clipping, the response to a gradient is not linear and no
 * such number exists. There the sum of learning rates over the peak is used: a <b>heuristic</b>.
 *
 * <p>Source: Wang et al., "Tackling the objective inconsistency problem in heterogeneous federated
 * optimization", NeurIPS 2020 (arXiv:2007.07481).
 */
public final class Normalizer {

    private Normalizer() {}

    /** Whether the number is exact for this solver, or the heuristic. */
    public static boolean isExact(LocalTraining training) {
        return training.solver() == LocalSolver.SGD && training.clipNorm() == 0;
    }

    /**
     * The normalizer of one silo's steps in one round.
     *
     * @param clock learning-rate clock at the start of the round
     * @param localSteps local steps taken
     * @throws IllegalArgumentException if the result is not above 0: nothing could be divided by it
     */
    public static double of(LocalTraining training, long clock, int localSteps) {
        var relative = relativeRates(training, clock, localSteps);
        return response(relative, isExact(training) ? training.momentum() : 0, 0);
    }

    /**
     * Response of heavy-ball gradient descent with a proximal term that is part of the objective
     * and so passes through the momentum buffer. With {@code a} the displacement so far: {@code b
     * <- momentum b + 1 - proximal a; a <- a + rate b}.
     *
     * <pre>{@code rates = 7 x 1, momentum = 0.9, proximal = 0.05  ->  18.31}</pre>
     *
     * @param relativeRates learning rate of every step over the reference rate
     * @param momentum heavy-ball momentum; 0 for none
     * @param proximal reference rate times the weight of the proximal term; 0 for none
     * @throws IllegalArgumentException if the response is not above 0
     */
    public static double response(double[] relativeRates, double momentum, double proximal) {
        double buffer = 0;
        double displacement = 0;
        for (double rate : relativeRates) {
            buffer = momentum * buffer + 1 - proximal * displacement;
            displacement += rate * buffer;
        }
        if (!(displacement > 0) || Double.isInfinite(displacement)) {
            throw new IllegalArgumentException(
                    "normalizer of %s steps with momentum %s and proximal %s is %s; it must be above 0: take at least one step at a positive learning rate, with smaller momentum or proximal term"
                            .formatted(relativeRates.length, momentum, proximal, displacement));
        }
        return displacement;
    }

    private static double[] relativeRates(LocalTraining training, long clock, int localSteps) {
        var schedule = LearningRateSchedule.of(training);
        var relative = new double[localSteps];
        for (int k = 0; k < localSteps; k++) {
            relative[k] = schedule.rate(clock + k) / schedule.peak();
        }
        return relative;
    }
}
