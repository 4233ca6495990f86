package io.tributary.operators.optimizer;

import io.tributary.operators.kernel.TileStep;
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
public record Momentum(double lr, double momentum) implements ServerOptimizer, TileStep {

    public Momentum {
        Hyperparameters.checkRate("momentum", lr);
        Hyperparameters.checkDecay("momentum", "momentum", momentum);
    }

    @Override
    public List<String> momentNames() {
        return List.of("momentum");
    }

    @Override
    public TileStep at(long step) {
        return this;
    }

    @Override
    public void updateMoments(double[][] moments, double[] g, int count) {
        var b = moments[0];
        for (int j = 0; j < count; j++) {
            b[j] = momentum * b[j] + g[j];
        }
    }

    @Override
    public void move(double[] w, double[][] moments, double[] g, int count) {
        var b = moments[0];
        for (int j = 0; j < count; j++) {
            w[j] -= lr * b[j];
        }
    }
}
