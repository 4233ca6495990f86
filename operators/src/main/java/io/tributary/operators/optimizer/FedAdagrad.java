package io.tributary.operators.optimizer;

import io.tributary.operators.kernel.TileStep;
import java.util.List;

/**
 * FedAdagrad: {@code v += g^2; w -= lr g / (sqrt(v) + tau)}.
 *
 * <p>Source: Reddi et al., ICLR 2021 (arXiv:2003.00295), algorithm 2, with beta1 = 0 as the paper
 * recommends for it. The paper starts {@code v} at {@code tau^2} or above; here it starts at {@code
 * v0}, by default at 0 as in the public implementations, so that the first step of every coordinate
 * has about the length {@code lr}.
 *
 * <p>{@code v} beyond float32, after a {@code |g|} above about 1.8e19, is infinite: the coordinate
 * does not move any more.
 *
 * <pre>
 * {@code lr = 1, tau = 1, v0 = 0, w = [0], combined delta = [2]  ->  v = [4], w = [2/3]}
 * </pre>
 *
 * @param lr server learning rate, above 0
 * @param tau degree of adaptivity, above 0: the larger, the closer to plain steps of {@code lr/tau}
 * @param v0 sum of squares before the first step, at least 0
 */
public record FedAdagrad(double lr, double tau, double v0) implements ServerOptimizer, TileStep {

    public FedAdagrad {
        Hyperparameters.checkRate("fedadagrad", lr);
        Hyperparameters.checkTau("fedadagrad", tau);
        Hyperparameters.checkInitialSquares("fedadagrad", v0);
    }

    @Override
    public List<String> momentNames() {
        return List.of("v");
    }

    @Override
    public float initialMoment(int moment) {
        return (float) v0;
    }

    @Override
    public TileStep at(long step) {
        return this;
    }

    @Override
    public void updateMoments(double[][] moments, double[] g, int count) {
        var v = moments[0];
        for (int j = 0; j < count; j++) {
            v[j] += g[j] * g[j];
        }
    }

    @Override
    public void move(double[] w, double[][] moments, double[] g, int count) {
        var v = moments[0];
        for (int j = 0; j < count; j++) {
            w[j] -= lr * g[j] / (Math.sqrt(v[j]) + tau);
        }
    }
}
