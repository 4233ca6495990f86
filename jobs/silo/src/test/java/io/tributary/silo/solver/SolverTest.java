package io.tributary.silo.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.silo.random.SplitMix64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SolverTest {

    /** A matrix longer than a tile, so that tiles meet, and a vector. */
    private static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "only",
                                    Slot.WEIGHTS,
                                    List.of(
                                            new TensorSpec("matrix", List.of(70, 70)),
                                            new TensorSpec("vector", List.of(5))))),
                    1024);

    private static final int MATRIX = 70 * 70;
    private static final int SIZE = MATRIX + 5;

    private final SplitMix64 random = new SplitMix64(11);
    private final ParameterBuffer parameters = randomModel();
    private final double[] expected = values(parameters);

    @Test
    void adamWFollowsThePaper() {
        double beta1 = 0.9;
        double beta2 = 0.95;
        double epsilon = 1e-8;
        double decay = 0.1;
        var solver = new AdamW(beta1, beta2, epsilon, decay);
        var state = new SolverState(LAYOUT, 2);
        var m = new double[SIZE];
        var v = new double[SIZE];

        for (int t = 1; t <= 50; t++) {
            double rate = 0.01 / t;
            double scale = t % 2 == 0 ? 0.5 : 1;
            var gradients = randomModel();
            var g = values(gradients);
            solver.step(state, parameters, gradients, scale, rate);
            for (int j = 0; j < SIZE; j++) {
                m[j] = beta1 * m[j] + (1 - beta1) * scale * g[j];
                v[j] = beta2 * v[j] + (1 - beta2) * scale * g[j] * scale * g[j];
                double mean = m[j] / (1 - Math.pow(beta1, t));
                double square = v[j] / (1 - Math.pow(beta2, t));
                double kept = j < MATRIX ? decay * expected[j] : 0;
                expected[j] -= rate * (mean / (Math.sqrt(square) + epsilon) + kept);
            }
        }

        assertParameters(1e-5);
        assertThat(state.steps()).isEqualTo(50);
    }

    @Test
    void momentumDescentIsTheHeavyBall() {
        var solver = new Sgd(0.9);
        var state = new SolverState(LAYOUT, solver.momentCount());
        var buffer = new double[SIZE];

        for (int t = 1; t <= 30; t++) {
            var gradients = randomModel();
            var g = values(gradients);
            solver.step(state, parameters, gradients, 0.5, 0.01 * t);
            for (int j = 0; j < SIZE; j++) {
                buffer[j] = 0.9 * buffer[j] + 0.5 * g[j];
                expected[j] -= 0.01 * t * buffer[j];
            }
        }

        assertParameters(1e-4);
    }

    @Test
    void plainDescentKeepsNoMoments() {
        var solver = new Sgd(0);
        var state = new SolverState(LAYOUT, solver.momentCount());
        var gradients = randomModel();
        var g = values(gradients);

        solver.step(state, parameters, gradients, 1, 0.5);

        for (int j = 0; j < SIZE; j++) {
            expected[j] -= 0.5 * g[j];
        }
        assertParameters(1e-6);
        assertThat(state.moments()).isEmpty();
    }

    @Test
    void displacementUnderAUnitGradientIsTheNormalizer() {
        for (double momentum : new double[] {0, 0.9}) {
            var training = Trainings.sgd(momentum, 0);
            var solver = Solver.of(training);
            var state = new SolverState(LAYOUT, solver.momentCount());
            var model = ParameterBuffer.allocate(LAYOUT);
            var ones = ParameterBuffer.allocate(LAYOUT);
            fill(ones, 1);
            for (int k = 0; k < 12; k++) {
                solver.step(state, model, ones, 1, training.peakLearningRate());
            }

            double displacement = -values(model)[3] / training.peakLearningRate();
            assertThat(displacement)
                    .isCloseTo(Normalizer.of(training, 0, 12), within(1e-4 * displacement));
        }
    }

    @Test
    void copiedStateContinuesWithTheSameBits() {
        var solver = new AdamW(0.9, 0.95, 1e-8, 0.1);
        var state = new SolverState(LAYOUT, 2);
        solver.step(state, parameters, randomModel(), 1, 0.01);
        var copy = new SolverState(LAYOUT, 2);
        copy.copyFrom(state);
        var other = ParameterBuffer.allocate(LAYOUT);
        other.copyFrom(parameters);
        var gradients = randomModel();

        solver.step(state, parameters, gradients, 1, 0.01);
        solver.step(copy, other, gradients, 1, 0.01);

        assertThat(other.block(0)).isEqualTo(parameters.block(0));
        state.reset();
        assertThat(values(state.moments().get(1))).containsOnly(0);
        assertThat(state.steps()).isZero();
    }

    @Test
    void clippingScalesLongGradientsToTheLimitAndLeavesShortOnes() {
        var gradients = randomModel();
        double norm = GradientClipping.norm(gradients);

        double squares = 0;
        for (double value : values(gradients)) {
            squares += value * value;
        }
        assertThat(norm).isCloseTo(Math.sqrt(squares), within(1e-9));
        assertThat(GradientClipping.scale(4, 1)).isEqualTo(0.25);
        assertThat(GradientClipping.scale(0.9, 1)).isEqualTo(1);
        assertThat(GradientClipping.scale(4, 0)).isEqualTo(1);
        fill(gradients, Float.NaN);
        assertThat(GradientClipping.norm(gradients)).isNaN();
    }

    @Test
    void impossibleSettingsAreRefused() {
        assertThatThrownBy(() -> new AdamW(1, 0.9, 1e-8, 0)).hasMessageContaining("beta1");
        assertThatThrownBy(() -> new AdamW(0.9, 0.9, 0, 0)).hasMessageContaining("epsilon=0.0");
        assertThatThrownBy(() -> new Sgd(1)).hasMessageContaining("below 1, got 1.0");
        assertThatThrownBy(() -> new SolverState(LAYOUT, 2).copyFrom(new SolverState(LAYOUT, 1)))
                .hasMessage("cannot copy a state of 1 moments to one of 2");
    }

    private void assertParameters(double tolerance) {
        var actual = values(parameters);
        for (int j = 0; j < SIZE; j++) {
            assertThat(actual[j]).isCloseTo(expected[j], within(tolerance));
        }
    }

    private ParameterBuffer randomModel() {
        var model = ParameterBuffer.allocate(LAYOUT);
        var values = model.block(0).asFloatBuffer();
        while (values.hasRemaining()) {
            values.put((float) random.nextGaussian());
        }
        return model;
    }

    private static void fill(ParameterBuffer model, float value) {
        var values = model.block(0).asFloatBuffer();
        while (values.hasRemaining()) {
            values.put(value);
        }
    }

    private static double[] values(ParameterBuffer model) {
        var buffer = model.block(0).asFloatBuffer();
        var values = new double[buffer.capacity()];
        for (int j = 0; j < values.length; j++) {
            values[j] = buffer.get(j);
        }
        return values;
    }
}
