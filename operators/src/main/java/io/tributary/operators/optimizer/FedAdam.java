package io.tributary.operators.optimizer;

/**
 * FedAdam: {@code m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= lr m / (sqrt(v)
 * + tau)}, with {@code m = 0} and {@code v = v0} at first.
 *
 * <p>Source: Reddi et al., ICLR 2021 (arXiv:2003.00295), algorithm 2: no {@link BiasCorrection},
 * and {@code v} starts at {@code tau^2} or above. Public implementations start it at 0, which is
 * the default here.
 *
 * <p>{@code v} beyond float32, after a {@code |g|} above about 1.8e20, is infinite: the coordinate
 * does not move any more.
 *
 * <pre>
 * {@code lr = 1, beta1 = 0.5, beta2 = 0.75, tau = 1, v0 = 0, w = [0], combined delta = [2]
 * ->  m = [-1], v = [1], w = [0.5]}
 * </pre>
 *
 * @param lr server learning rate, above 0
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the squares, in [0, 1)
 * @param tau degree of adaptivity, above 0
 * @param v0 squares before the first step, at least 0
 * @param biasCorrection what is done about moments that start at no average
 */
public record FedAdam(
        double lr, double beta1, double beta2, double tau, double v0, BiasCorrection biasCorrection)
        implements AdaptiveMoments {

    public FedAdam {
        AdaptiveMoments.check("fedadam", lr, beta1, beta2, tau, v0);
    }

    @Override
    public double squares(double v, double g) {
        return beta2 * v + (1 - beta2) * g * g;
    }
}
