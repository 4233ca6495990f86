package io.tributary.silo.solver;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.LocalTraining;

/**
 * A local optimizer: the arithmetic of one step. What it remembers between steps is in a {@link
 * SolverState}.
 */
public sealed interface Solver permits AdamW, Sgd {

    /** The solver that a plan asks for. */
    static Solver of(LocalTraining training) {
        return switch (training.solver()) {
            case ADAMW ->
                    new AdamW(
                            training.beta1(),
                            training.beta2(),
                            training.epsilon(),
                            training.weightDecay());
            case SGD -> new Sgd(training.momentum());
        };
    }

    /** Moments this solver keeps per parameter. */
    int momentCount();

    /**
     * Takes one step.
     *
     * @param state of the layout of the parameters, with {@link #momentCount} moments; advanced
     * @param parameters changed in place
     * @param gradients read only
     * @param gradientScale multiplies every gradient; what clipping found
     * @param learningRate rate of this step
     */
    void step(
            SolverState state,
            ParameterBuffer parameters,
            ParameterBuffer gradients,
            double gradientScale,
            double learningRate);
}
