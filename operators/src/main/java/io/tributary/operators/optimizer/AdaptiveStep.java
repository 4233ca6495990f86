package io.tributary.operators.optimizer;

import io.tributary.operators.kernel.TileStep;

/**
 * A step against the mean of the pseudo-gradients, divided by the root of the mean of their
 * squares.
 *
 * @param rate learning rate, with what corrects the mean
 * @param ofSquares what corrects the squares
 */
record AdaptiveStep(AdaptiveMoments optimizer, double rate, double ofSquares) implements TileStep {

    @Override
    public void updateMoments(double[][] moments, double[] g, int count) {
        var m = moments[0];
        var v = moments[1];
        double beta1 = optimizer.beta1();
        for (int j = 0; j < count; j++) {
            m[j] = beta1 * m[j] + (1 - beta1) * g[j];
            v[j] = optimizer.squares(v[j], g[j]);
        }
    }

    @Override
    public void move(double[] w, double[][] moments, double[] g, int count) {
        var m = moments[0];
        var v = moments[1];
        double tau = optimizer.tau();
        for (int j = 0; j < count; j++) {
            w[j] -= rate * m[j] / (Math.sqrt(ofSquares * v[j]) + tau);
        }
    }
}
