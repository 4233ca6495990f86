package io.tributary.operators.optimizer;

import io.tributary.operators.kernel.TileStep;
import java.util.List;

/**
 * Nesterov momentum, the outer optimizer of DiLoCo: {@code m = mu m + g; w -= lr (g + mu m)} with
 * {@code m = 0} at first.
 *
 * <p>Source: Douillard et al., 2023 (arXiv:2311.08105), outer optimizer with lr 0.7 and momentum
 * 0.9; the form is Sutskever et al., ICML 2013, rewritten at the look-ahead point.
 *
 * <pre>
 * {@code lr = 1, momentum = 0.5, w = [0], m = [0], combined delta = [2]  ->  m = [-2], w = [3]}
 * </pre>
 *
 * @param lr server learning rate, above 0
 * @param momentum decay of the momentum, in [0, 1)
 */
public record Nesterov(double lr, double momentum) implements ServerOptimizer, TileStep {

    public Nesterov {
        Hyperparameters.checkRate("nesterov", lr);
        Hyperparameters.checkDecay("nesterov", "momentum", momentum);
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
        var m = moments[0];
        for (int j = 0; j < count; j++) {
            m[j] = momentum * m[j] + g[j];
        }
    }

    @Override
    public void move(double[] w, double[][] moments, double[] g, int count) {
        var m = moments[0];
        for (int j = 0; j < count; j++) {
            w[j] -= lr * (g[j] + momentum * m[j]);
        }
    }
}
