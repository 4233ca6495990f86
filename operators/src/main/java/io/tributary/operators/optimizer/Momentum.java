package io.tributary.operators.optimizer;

import java.util.List;

/**
 * Server momentum (FedAvgM): {@code b = mu b + g; w -= lr b} with {@code b = 0} at first.
 *
 * <p>Source: Hsu, Qi and Brown, 2019 (arXiv:1909.06335), section 4.3. There is no dampening: under
 * a constant delta the step grows to {@code lr / (1 - mu)} times it.
 *
 * <pre>
 * {@code lr = 1, momentum = 0.5, w = [0], b = [-2], combined delta = [2]  ->  b = [-3], w = [3]}
 * </pre>
 *
 * @param lr server learning rate, above 0
 * @param momentum decay of the momentum, in [0, 1)
 */
public record Momentum(double lr, double momentum) implements ServerOptimizer {

    public Momentum {
        Hyperparameters.checkRate("momentum", lr);
        Hyperparameters.checkDecay("momentum", "momentum", momentum);
    }

    @Override
    public List<String> momentNames() {
        return List.of("momentum");
    }

    @Override
    public void step(float[] parameters, float[][] moments, double[] combinedDelta, long step) {
        ServerSteps.check(parameters, combinedDelta, step);
        var b = moments[0];
        for (int j = 0; j < parameters.length; j++) {
            b[j] = (float) (momentum * b[j] - combinedDelta[j]);
            parameters[j] = (float) (parameters[j] - lr * b[j]);
        }
    }
}
