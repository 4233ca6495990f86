package io.tributary.silo.solver;

import io.tributary.schemas.model.ParameterBuffer;
import java.util.List;

/**
 * Stochastic gradient descent with heavy-ball momentum: {@code b = momentum b + g; w -= rate b}.
 * Without momentum it keeps no buffer.
 *
 * <p>Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964, in
 * the form of Sutskever et al., ICML 2013, with the rate outside the buffer.
 *
 * @param momentum at least 0 and below 1
 */
public record Sgd(double momentum) implements Solver {

    public Sgd {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException(
                    "SGD needs momentum of at least 0 and below 1, got " + momentum);
        }
    }

    @Override
    public int momentCount() {
        return momentum > 0 ? 1 : 0;
    }

    @Override
    public void step(
            SolverState state,
            ParameterBuffer parameters,
            ParameterBuffer gradients,
            double gradientScale,
            double learningRate) {
        state.countStep();
        float scale = (float) gradientScale;
        float rate = (float) learningRate;
        if (momentum > 0) {
            heavyBall(state.moments().get(0), parameters, gradients, scale, rate);
        } else {
            descend(parameters, gradients, scale, rate);
        }
    }

    private static void descend(
            ParameterBuffer parameters, ParameterBuffer gradients, float scale, float rate) {
        Tiles.forEach(
                parameters.layout(),
                List.of(parameters, gradients),
                1,
                (tile, length, matrix) -> {
                    var w = tile[0];
                    var g = tile[1];
                    for (int j = 0; j < length; j++) {
                        w[j] -= rate * (scale * g[j]);
                    }
                });
    }

    private void heavyBall(
            ParameterBuffer buffer,
            ParameterBuffer parameters,
            ParameterBuffer gradients,
            float scale,
            float rate) {
        float decay = (float) momentum;
        Tiles.forEach(
                parameters.layout(),
                List.of(parameters, buffer, gradients),
                2,
                (tile, length, matrix) -> {
                    var w = tile[0];
                    var b = tile[1];
                    var g = tile[2];
                    for (int j = 0; j < length; j++) {
                        float velocity = decay * b[j] + scale * g[j];
                        b[j] = velocity;
                        w[j] -= rate * velocity;
                    }
                });
    }
}
