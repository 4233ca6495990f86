package io.tributary.operators.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ServerOptimizerTest {

    @Test
    void sgdWithRateOneMovesOntoTheAverage() {
        var w = new float[] {1, -2};
        ServerOptimizer.parse("sgd(lr=1)").step(w, new float[0][], new double[] {0.5, 3});
        assertThat(w).containsExactly(1.5f, 1f);
    }

    @Test
    void sgdScalesTheStep() {
        var w = new float[] {1};
        ServerOptimizer.parse("sgd(lr=0.5)").step(w, new float[0][], new double[] {2});
        assertThat(w).containsExactly(2f);
    }

    @Test
    void nesterovLooksAhead() {
        var w = new float[] {0};
        var m = new float[][] {{0}};
        ServerOptimizer.parse("nesterov(lr=1, momentum=0.5)").step(w, m, new double[] {2});
        assertThat(m[0]).containsExactly(-2f);
        assertThat(w).containsExactly(3f);
    }

    @Test
    void nesterovFollowsItsRecurrence() {
        double lr = 0.7;
        double mu = 0.9;
        var optimizer = new Nesterov(lr, mu);
        var w = new float[] {1};
        var moments = new float[][] {{0}};
        double wExact = 1;
        double mExact = 0;
        for (int t = 0; t < 20; t++) {
            double delta = Math.sin(t + 1.0);
            double g = -delta;
            mExact = mu * mExact + g;
            wExact -= lr * (g + mu * mExact);
            optimizer.step(w, moments, new double[] {delta});
        }
        assertThat((double) w[0]).isCloseTo(wExact, within(1e-5));
    }

    @Test
    void nesterovWithoutMomentumIsSgd() {
        var a = new float[] {0.1f, 7};
        var b = a.clone();
        double[] delta = {0.25, -1.75};
        new Nesterov(0.7, 0).step(a, new float[1][2], delta);
        new Sgd(0.7).step(b, new float[0][], delta);
        assertThat(a).isEqualTo(b);
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatThrownBy(() -> ServerOptimizer.parse("sgd(lr=0)"))
                .hasMessage("sgd: lr must be > 0, got lr=0.0");
        assertThatThrownBy(() -> ServerOptimizer.parse("nesterov(momentum=1)"))
                .hasMessage("nesterov: momentum must be in [0, 1), got momentum=1.0");
        assertThatThrownBy(() -> ServerOptimizer.parse("adam"))
                .hasMessageContaining("unknown server optimizer 'adam'; known: sgd, nesterov");
    }
}
