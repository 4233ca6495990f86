package io.tributary.operators.optimizer;

import io.tributary.operators.kernel.TileStep;
import java.util.List;

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
public record Sgd(double lr) implements ServerOptimizer, TileStep {

    public Sgd {
        Hyperparameters.checkRate("sgd", lr);
    }

    @Override
    public List<String> momentNames() {
        return List.of();
    }

    @Override
    public TileStep at(long step) {
        return this;
    }

    @Override
    public void updateMoments(double[][] moments, double[] g, int count) {}

    @Override
    public void move(double[] w, double[][] moments, double[] g, int count) {
        for (int j = 0; j < count; j++) {
            w[j] -= lr * g[j];
        }
    }
}
