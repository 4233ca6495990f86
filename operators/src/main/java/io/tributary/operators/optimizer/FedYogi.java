package io.tributary.operators.optimizer;

import java.util.List;

/**
 * FedYogi: as {@link FedAdam}, but {@code v} moves by a share of {@code g^2} and not of the
 * difference: {@code v -= (1 - beta2) g^2 sign(v - g^2)}. So it forgets a large past slowly when
 * the gradients become small.
 *
 * <p>Source: Reddi et al., ICLR 2021 (arXiv:2003.00295), algorithm 2; Zaheer et al., NeurIPS 2018.
 * The paper has no {@link BiasCorrection} and starts {@code v} at {@code tau^2} or above; public
 * implementations start it at 0, which is the default here.
 *
 * <p>{@code v} beyond float32, after a {@code |g|} above about 1.8e20, is infinite: the coordinate
 * does not move any more.
 *
 * <pre>
 * {@code lr = 1, beta1 = 0.5, beta2 = 0.75, tau = 1, v0 = 10, w = [0], combined delta = [2]
 * ->  m = [-1], v = [9], w = [0.25]}
 * </pre>
 *
 * @param lr server learning rate, above 0
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the squares, in [0, 1)
 * @param tau degree of adaptivity, above 0
 * @param v0 squares before the first step, at least 0
 * @param biasCorrection what is done about moments that start at no average
 */
public record FedYogi(
        double lr, double beta1, double beta2, double tau, double v0, BiasCorrection biasCorrection)
        implements ServerOptimizer {

    public FedYogi {
        Hyperparameters.checkRate("fedyogi", lr);
        Hyperparameters.checkDecay("fedyogi", "beta1", beta1);
        Hyperparameters.checkDecay("fedyogi", "beta2", beta2);
        Hyperparameters.checkTau("fedyogi", tau);
        Hyperparameters.checkInitialSquares("fedyogi", v0);
    }

    @Override
    public List<String> momentNames() {
        return List.of("m", "v");
    }

    @Override
    public float initialMoment(int moment) {
        return moment == 0 ? 0 : (float) v0;
    }

    @Override
    public boolean countsSteps() {
        return biasCorrection != BiasCorrection.NONE;
    }

    @Override
    public void step(float[] parameters, float[][] moments, double[] combinedDelta, long step) {
        ServerSteps.check(parameters, combinedDelta, step);
        var m = moments[0];
        var v = moments[1];
        double rate = lr * biasCorrection.ofMean(beta1, beta2, step);
        double ofSquares = biasCorrection.ofSquares(beta2, step);
        for (int j = 0; j < parameters.length; j++) {
            double g = -combinedDelta[j];
            m[j] = (float) (beta1 * m[j] + (1 - beta1) * g);
            v[j] = (float) (v[j] - (1 - beta2) * g * g * Math.signum(v[j] - g * g));
            parameters[j] =
                    (float) (parameters[j] - rate * m[j] / (Math.sqrt(ofSquares * v[j]) + tau));
        }
    }
}
