package io.tributary.operators.optimizer;

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
public record Nesterov(double lr, double momentum) implements ServerOptimizer {

    public Nesterov {
        Hyperparameters.checkRate("nesterov", lr);
        Hyperparameters.checkDecay("nesterov", "momentum", momentum);
    }

    @Override
    public List<String> momentNames() {
        return List.of("momentum");
    }

    @Override
    public void step(float[] parameters, float[][] moments, double[] combinedDelta, long step) {
        ServerSteps.check(parameters, combinedDelta, step);
        var m = moments[0];
        for (int j = 0; j < parameters.length; j++) {
            double g = -combinedDelta[j];
            float next = (float) (momentum * m[j] + g);
            m[j] = next;
            parameters[j] = (float) (parameters[j] - lr * (g + momentum * next));
        }
    }
}
