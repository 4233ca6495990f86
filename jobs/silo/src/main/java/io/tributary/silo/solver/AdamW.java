package io.tributary.silo.solver;

import io.tributary.schemas.model.ParameterBuffer;
import java.util.List;

/**
 * Adam with decoupled weight decay and bias correction. With {@code t} counted from 1:
 *
 * <pre>{@code
 * m = b1 m + (1 - b1) g
 * v = b2 v + (1 - b2) g^2
 * w -= rate * (m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon) + decay * w)
 * }</pre>
 *
 * <p>Only tensors of two or more dimensions decay; gains and biases do not, as is usual for GPT-2.
 *
 * <p>Source: Loshchilov and Hutter, ICLR 2019 (arXiv:1711.05101), algorithm 2.
 *
 * @param beta1 decay of the first moment, below 1
 * @param beta2 decay of the second moment, below 1
 * @param epsilon added to the root of the second moment, above 0
 * @param weightDecay decoupled weight decay
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
        implements Solver {

    public AdamW {
        checkDecay("beta1", beta1);
        checkDecay("beta2", beta2);
        if (!(epsilon > 0) || !(weightDecay >= 0)) {
            throw new IllegalArgumentException(
                    "AdamW needs epsilon above 0 and weightDecay of at least 0, got epsilon=%s and weightDecay=%s"
                            .formatted(epsilon, weightDecay));
        }
    }

    @Override
    public int momentCount() {
        return 2;
    }

    @Override
    public void step(
            SolverState state,
            ParameterBuffer parameters,
            ParameterBuffer gradients,
            double gradientScale,
            double learningRate) {
        long t = state.countStep();
        float scale = (float) gradientScale;
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        float rest1 = (float) (1 - beta1);
        float rest2 = (float) (1 - beta2);
        float rate = (float) (learningRate / (1 - Math.pow(beta1, t)));
        float correction2 = (float) (1 / (1 - Math.pow(beta2, t)));
        float stabilizer = (float) epsilon;
        float keptOfMatrix = (float) (1 - learningRate * weightDecay);
        Tiles.forEach(
                parameters.layout(),
                List.of(parameters, state.moments().get(0), state.moments().get(1), gradients),
                3,
                (tile, length, matrix) -> {
                    var w = tile[0];
                    var m = tile[1];
                    var v = tile[2];
                    var g = tile[3];
                    float kept = matrix ? keptOfMatrix : 1;
                    for (int j = 0; j < length; j++) {
                        float gradient = scale * g[j];
                        float mean = b1 * m[j] + rest1 * gradient;
                        float square = b2 * v[j] + rest2 * gradient * gradient;
                        m[j] = mean;
                        v[j] = square;
                        float root = (float) Math.sqrt(square * correction2);
                        w[j] = kept * w[j] - rate * mean / (root + stabilizer);
                    }
                });
    }

    private static void checkDecay(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "AdamW needs %s of at least 0 and below 1, got %s".formatted(name, value));
        }
    }
}
