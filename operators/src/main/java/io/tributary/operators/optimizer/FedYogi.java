package io.tributary.operators.optimizer;

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
        implements AdaptiveMoments {

    public FedYogi {
        AdaptiveMoments.check("fedyogi", lr, beta1, beta2, tau, v0);
    }

    @Override
    public double squares(double v, double g) {
        return v - (1 - beta2) * g * g * Math.signum(v - g * g);
    }
}
