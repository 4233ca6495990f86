package io.tributary.operators.optimizer;

import java.util.List;

/**
 * What FedAdam and FedYogi have in common: a decaying mean {@code m} of the pseudo-gradients,
 * squares {@code v} of them, and the step {@code w -= lr m / (sqrt(v) + tau)}, with a bias
 * correction if one is asked for. They differ in how the squares follow.
 */
sealed interface AdaptiveMoments extends ServerOptimizer permits FedAdam, FedYogi {

    double lr();

    double beta1();

    double tau();

    double beta2();

    double v0();

    BiasCorrection biasCorrection();

    /** The squares after another pseudo-gradient. */
    double squares(double v, double g);

    /**
     * @throws IllegalArgumentException naming the optimizer and the first parameter out of range
     */
    static void check(String name, double lr, double beta1, double beta2, double tau, double v0) {
        Hyperparameters.checkRate(name, lr);
        Hyperparameters.checkDecay(name, "beta1", beta1);
        Hyperparameters.checkDecay(name, "beta2", beta2);
        Hyperparameters.checkTau(name, tau);
        Hyperparameters.checkInitialSquares(name, v0);
    }

    @Override
    default List<String> momentNames() {
        return List.of("m", "v");
    }

    @Override
    default float initialMoment(int moment) {
        return moment == 0 ? 0 : (float) v0();
    }

    @Override
    default boolean countsSteps() {
        return biasCorrection() != BiasCorrection.NONE;
    }

    @Override
    default void step(float[] parameters, float[][] moments, double[] combinedDelta, long step) {
        ServerSteps.check(parameters, combinedDelta, step);
        var m = moments[0];
        var v = moments[1];
        double beta1 = beta1();
        double tau = tau();
        double rate = lr() * biasCorrection().ofMean(beta1, beta2(), step);
        double ofSquares = biasCorrection().ofSquares(beta2(), step);
        for (int j = 0; j < parameters.length; j++) {
            double g = -combinedDelta[j];
            m[j] = (float) (beta1 * m[j] + (1 - beta1) * g);
            v[j] = (float) squares(v[j], g);
            parameters[j] =
                    (float) (parameters[j] - rate * m[j] / (Math.sqrt(ofSquares * v[j]) + tau));
        }
    }
}
