package io.tributary.operators.optimizer;

import io.tributary.operators.kernel.TileStep;
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
    default TileStep at(long step) {
        double rate = lr() * biasCorrection().ofMean(beta1(), beta2(), step);
        return new AdaptiveStep(this, rate, biasCorrection().ofSquares(beta2(), step));
    }
}
