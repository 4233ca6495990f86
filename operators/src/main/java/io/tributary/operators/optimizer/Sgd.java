package io.tributary.operators.optimizer;

import static io.tributary.operators.Preconditions.checkArgument;

/**
 * Plain server step {@code w -= lr g}; {@code lr = 1} is FedAvg.
 *
 * <p>Source: McMahan et al., AISTATS 2017 (arXiv:1602.05629); Reddi et al., ICLR 2021
 * (arXiv:2003.00295), algorithm 1.
 *
 * <pre>{@code lr = 0.5, w = [1], combined delta = [2]  ->  w = [2]}</pre>
 *
 * @param lr server learning rate, above 0
 */
public record Sgd(double lr) implements ServerOptimizer {

    public Sgd {
        checkArgument(lr > 0 && Double.isFinite(lr), "sgd: lr must be > 0, got lr=%s", lr);
    }

    @Override
    public int moments() {
        return 0;
    }

    @Override
    public void step(float[] parameters, float[][] moments, double[] combinedDelta) {
        for (int j = 0; j < parameters.length; j++) {
            parameters[j] = (float) (parameters[j] + lr * combinedDelta[j]);
        }
    }
}
