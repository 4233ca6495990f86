package io.tributary.operators.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptimizerTest {

    @Test
    void sgdWithRateOneMovesOntoTheAverage() {
        var run = new Run("sgd(lr=1)", 1, -2);
        run.step(0.5, 3);
        assertThat(run.w).containsExactly(1.5f, 1f);
    }

    @Test
    void sgdScalesTheStep() {
        var run = new Run("sgd(lr=0.5)", 1);
        run.step(2);
        assertThat(run.w).containsExactly(2f);
    }

    @Test
    void momentumAddsWhatIsLeftOfThePast() {
        var run = new Run("momentum(lr=1, momentum=0.5)", 0);
        run.moments[0][0] = -2;
        run.step(2);
        assertThat(run.moments[0]).containsExactly(-3f);
        assertThat(run.w).containsExactly(3f);
    }

    @Test
    void nesterovLooksAhead() {
        var run = new Run("nesterov(lr=1, momentum=0.5)", 0);
        run.step(2);
        assertThat(run.moments[0]).containsExactly(-2f);
        assertThat(run.w).containsExactly(3f);
    }

    @Test
    void fedAdagradDividesByTheRootOfTheSum() {
        var run = new Run("fedadagrad(lr=1, tau=1)", 0);
        run.step(2);
        assertThat(run.moments[0]).containsExactly(4f);
        assertThat(run.w).containsExactly(2 / 3f);
    }

    @Test
    void fedAdamDividesByTheRootOfTheMeanSquare() {
        var run = new Run("fedadam(lr=1, beta1=0.5, beta2=0.75, tau=1)", 0);
        run.step(2);
        assertThat(run.moments[0]).containsExactly(-1f);
        assertThat(run.moments[1]).containsExactly(1f);
        assertThat(run.w).containsExactly(0.5f);
    }

    @Test
    void fedYogiMovesItsSquaresByAShareOfTheNewOne() {
        var run = new Run("fedyogi(lr=1, beta1=0.5, beta2=0.75, tau=1, v0=10)", 0);
        run.step(2);
        assertThat(run.moments[0]).containsExactly(-1f);
        assertThat(run.moments[1]).containsExactly(9f);
        assertThat(run.w).containsExactly(0.25f);
    }

    /** The first two steps by hand, for lr = 1, beta1 = 0.5, beta2 = 0.75, tau = 1, delta = 2. */
    @ParameterizedTest
    @CsvSource({
        // m = 1 and v = 1, then m = 1.5 and v = 1.75
        "none, 0.5, 0.645751",
        // m/(1-0.5) = 2 over sqrt(1/(1-0.75)) + 1 = 3; then 1.5/0.75 = 2 over the same
        "adam, 0.666667, 0.666667",
        // sqrt(1-0.75^2)/(1-0.5^2) = 0.881917 of 0.5; then
        // sqrt(1-0.75^3)/(1-0.5^3) = 0.868965 of 0.645751
        "sqrt, 0.440959, 0.561135"
    })
    void biasCorrectionsDifferInTheFirstSteps(String correction, double first, double second) {
        for (var name : new String[] {"fedadam", "fedyogi"}) {
            var run =
                    new Run(
                            name
                                    + "(lr=1, beta1=0.5, beta2=0.75, tau=1, bias-correction="
                                    + correction
                                    + ")",
                            0);
            run.step(2);
            assertThat((double) run.w[0]).isCloseTo(first, within(1e-6));
            if (name.equals("fedadam")) {
                run.step(2);
                assertThat((double) run.w[0]).isCloseTo(first + second, within(2e-6));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sgd",
                "momentum",
                "momentum(lr=0.3, momentum=0.99)",
                "nesterov",
                "fedadagrad",
                "fedadagrad(lr=0.5, tau=0.1, v0=0.04)",
                "fedadam",
                "fedadam(bias-correction=adam)",
                "fedadam(tau=0.01, v0=0.0001, bias-correction=sqrt)",
                "fedadam(beta1=0, beta2=0)",
                "fedyogi",
                "fedyogi(v0=0.5, bias-correction=adam)",
                "fedyogi(lr=0.2, beta1=0.5, beta2=0.9, tau=0.1, bias-correction=sqrt)"
            })
    void followsItsDefinition(String specification) {
        int d = 37;
        int steps = 30;
        var random = new SplittableRandom(11);
        var deltas = new double[steps][d];
        for (int t = 0; t < steps; t++) {
            for (int j = 0; j < d; j++) {
                double scale = Math.pow(10, j % 5 - 3);
                deltas[t][j] = t % 7 == 3 ? 0 : scale * random.nextDouble(-1, 1.5);
            }
        }
        var run = new Run(specification, new float[d]);
        for (var delta : deltas) {
            run.step(delta);
        }
        var exact = ReferenceOptimizers.run(specification, deltas);
        for (int j = 0; j < d; j++) {
            assertThat((double) run.w[j])
                    .as("coordinate %s", j)
                    .isCloseTo(exact[j], within(2e-5 * (1 + Math.abs(exact[j]))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "momentum", "nesterov", "fedadagrad", "fedadam", "fedyogi"})
    void movesTowardsTheAverage(String specification) {
        var run = new Run(specification, 0, 0, 0);
        run.step(1, -2, 0);
        assertThat(run.w[0]).isPositive();
        assertThat(run.w[1]).isNegative();
        assertThat(run.w[2]).isZero();
    }

    @Test
    void aConstantDeltaIsSteppedAtTheRateEachOptimizerPromises() {
        double delta = 0.25;
        assertThat(lateStep("momentum(lr=0.1, momentum=0.9)", 200, delta))
                .isCloseTo(0.1 * delta / (1 - 0.9), within(1e-5));
        assertThat(lateStep("nesterov(lr=0.1, momentum=0.9)", 200, delta))
                .isCloseTo(0.1 * delta / (1 - 0.9), within(1e-5));
        assertThat(lateStep("fedadam(lr=0.1, beta2=0.9)", 200, delta)).isCloseTo(0.1, within(1e-5));
        // adagrad: lr / sqrt(t); yogi: v grows linearly until it reaches g^2, then hovers there
        assertThat(lateStep("fedadagrad(lr=0.1)", 100, delta))
                .isCloseTo(0.1 / Math.sqrt(100), within(1e-5));
        assertThat(lateStep("fedyogi(lr=0.1, tau=1e-9)", 300, delta)).isCloseTo(0.1, within(1e-3));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 1e6})
    void adaptiveStepsDoNotDependOnTheScaleOfTheDeltas(double scale) {
        for (var specification :
                new String[] {
                    "fedadagrad(tau=1e-30)",
                    "fedadam(tau=1e-30)",
                    "fedadam(tau=1e-30, bias-correction=adam)",
                    "fedyogi(tau=1e-30)"
                }) {
            var one = new Run(specification, 0);
            var other = new Run(specification, 0);
            for (int t = 1; t <= 20; t++) {
                one.step(Math.sin(t));
                other.step(scale * Math.sin(t));
            }
            assertThat((double) other.w[0]).as(specification).isCloseTo(one.w[0], within(1e-5));
        }
    }

    @Test
    void theFirstCorrectedAdamStepHasTheLengthOfTheRate() {
        var run = new Run("fedadam(lr=0.1, bias-correction=adam)", 0, 0);
        run.step(1e-3, -50);
        assertThat((double) run.w[0]).isCloseTo(0.1, within(1e-6));
        assertThat((double) run.w[1]).isCloseTo(-0.1, within(1e-6));
    }

    @Test
    void biasCorrectionsWearOff() {
        assertThat(lateStep("fedadam(bias-correction=adam)", 3000, 0.5))
                .isCloseTo(lateStep("fedadam", 3000, 0.5), within(1e-6));
        assertThat(lateStep("fedadam(bias-correction=sqrt)", 3000, 0.5))
                .isCloseTo(lateStep("fedadam", 3000, 0.5), within(1e-6));
    }

    @Test
    void yogiForgetsALargePastMoreSlowlyThanAdam() {
        var adam = new Run("fedadam(tau=1e-3)", 0);
        var yogi = new Run("fedyogi(tau=1e-3)", 0);
        for (var run : new Run[] {adam, yogi}) {
            run.step(100);
            for (int t = 0; t < 200; t++) {
                run.step(0.01);
            }
        }
        assertThat(adam.moments[1][0]).isLessThan(20);
        assertThat(yogi.moments[1][0]).isGreaterThan(99);
    }

    @Test
    void withoutMomentumAllAreSgd() {
        double[] delta = {0.25, -1.75};
        var sgd = new Run("sgd(lr=0.7)", 0.1f, 7);
        var nesterov = new Run("nesterov(lr=0.7, momentum=0)", 0.1f, 7);
        var momentum = new Run("momentum(lr=0.7, momentum=0)", 0.1f, 7);
        for (var run : new Run[] {sgd, nesterov, momentum}) {
            run.step(delta);
        }
        assertThat(nesterov.w).isEqualTo(sgd.w);
        assertThat(momentum.w).isEqualTo(sgd.w);
    }

    @Test
    void cutIntoChunksItTakesTheSameSteps() {
        var whole = new Run("fedadam(v0=0.01, bias-correction=sqrt)", new float[5]);
        var left = new Run("fedadam(v0=0.01, bias-correction=sqrt)", new float[2]);
        var right = new Run("fedadam(v0=0.01, bias-correction=sqrt)", new float[3]);
        for (int t = 1; t <= 10; t++) {
            double x = Math.cos(t);
            whole.step(x, 2 * x, -x, 0, 1);
            left.step(x, 2 * x);
            right.step(-x, 0, 1);
        }
        assertThat(left.w).containsExactly(whole.w[0], whole.w[1]);
        assertThat(right.w).containsExactly(whole.w[2], whole.w[3], whole.w[4]);
    }

    @Test
    void goesOnFromMomentsAndCountThatWereKept() {
        var through = new Run("fedyogi(v0=0.01, bias-correction=adam)", 1, 2);
        for (int t = 0; t < 5; t++) {
            through.step(0.5, -0.25);
        }
        var restored = new Run("fedyogi(v0=0.01, bias-correction=adam)", through.w.clone());
        for (int k = 0; k < restored.moments.length; k++) {
            restored.moments[k] = through.moments[k].clone();
        }
        restored.steps = through.steps;
        through.step(0.125, 3);
        restored.step(0.125, 3);
        assertThat(restored.w).isEqualTo(through.w);
        assertThat(restored.moments).isDeepEqualTo(through.moments);
    }

    @Test
    void momentsHaveNamesAndInitialValues() {
        assertThat(ServerOptimizer.parse("sgd").momentNames()).isEmpty();
        assertThat(ServerOptimizer.parse("momentum").momentNames()).containsExactly("momentum");
        assertThat(ServerOptimizer.parse("nesterov").momentNames()).containsExactly("momentum");
        assertThat(ServerOptimizer.parse("fedadagrad").momentNames()).containsExactly("v");
        assertThat(ServerOptimizer.parse("fedadam").momentNames()).containsExactly("m", "v");
        assertThat(ServerOptimizer.parse("fedyogi").momentNames()).containsExactly("m", "v");
        assertThat(ServerOptimizer.parse("fedadam(v0=0.5)").initialMoments(2))
                .isDeepEqualTo(new float[][] {{0, 0}, {0.5f, 0.5f}});
        assertThat(ServerOptimizer.parse("fedadagrad(v0=0.5)").initialMoments(1))
                .isDeepEqualTo(new float[][] {{0.5f}});
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedadagrad", "fedadam", "fedadam(bias-correction=adam)", "fedyogi"})
    void whatNeverMovedOrMovedBeyondMeasureIsStillANumber(String specification) {
        var run = new Run(specification, 1, 1, 1);
        run.step(0, 1e30, 1e-30);
        run.step(0, -1e30, 1e-38);
        assertThat(run.w[0]).isEqualTo(1);
        assertThat(run.w[1]).isEqualTo(1); // its square is infinite
        assertThat(run.w[2]).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sgd(lr=0) | sgd: lr must be > 0, got lr=0.0",
                "sgd(lr=Infinity) | sgd: lr must be > 0, got lr=Infinity",
                "momentum(lr=-1) | momentum: lr must be > 0, got lr=-1.0",
                "momentum(momentum=-0.1) | momentum: momentum must be in [0, 1), got momentum=-0.1",
                "nesterov(momentum=1) | nesterov: momentum must be in [0, 1), got momentum=1.0",
                "fedadagrad(tau=0) | fedadagrad: tau must be > 0, got tau=0.0",
                "fedadagrad(v0=-1) | fedadagrad: v0 must be >= 0 and within float32, got v0=-1.0",
                "fedadam(beta1=1) | fedadam: beta1 must be in [0, 1), got beta1=1.0",
                "fedadam(beta2=NaN) | fedadam: beta2 must be in [0, 1), got beta2=NaN",
                "fedyogi(v0=1e39) | fedyogi: v0 must be >= 0 and within float32, got v0=1.0E39"
            })
    void refusesWhatCannotWork(String specification, String message) {
        assertThatThrownBy(() -> ServerOptimizer.parse(specification)).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "momentum", "nesterov", "fedadagrad", "fedadam", "fedyogi"})
    void refusesAStepThatIsNotDefined(String specification) {
        var run = new Run(specification, 1, 1);
        assertThatThrownBy(() -> run.step(1, Double.NEGATIVE_INFINITY))
                .hasMessageContaining("the combined delta is -Infinity at coordinate 1");
        assertThatThrownBy(() -> run.step(1, Double.NaN)).hasMessageContaining("is NaN");
        assertThatThrownBy(() -> run.step(1))
                .hasMessage("a combined delta of 1 values cannot move 2 parameters");
        assertThatThrownBy(() -> run.optimizer.step(run.w, run.moments, new double[2], 0))
                .hasMessage("the first step of a server optimizer is step 1, got 0");
        assertThat(run.w).containsExactly(1, 1);
        assertThat(run.moments).isDeepEqualTo(run.optimizer.initialMoments(2));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> ServerOptimizer.parse("adam"))
                .hasMessage(
                        "unknown server optimizer 'adam'; known: sgd, momentum, nesterov,"
                                + " fedadagrad, fedadam, fedyogi");
        assertThatThrownBy(() -> ServerOptimizer.parse("fedadagrad(beta1=0.9)"))
                .hasMessageContaining("has no parameter beta1; it takes lr, tau, v0");
        assertThatThrownBy(() -> ServerOptimizer.parse("fedadam(bias-correction=yes)"))
                .hasMessage(
                        "'fedadam(bias-correction=yes)': bias-correction must be one of none,"
                                + " adam, sqrt, got 'yes'");
    }

    /** How far the last of so many steps on a constant delta goes. */
    private static double lateStep(String specification, int steps, double delta) {
        var run = new Run(specification, 0);
        double before = 0;
        for (int t = 0; t < steps; t++) {
            before = run.w[0];
            run.w[0] = 0; // float32 would swallow a small step beside a long way
            run.step(delta);
        }
        assertThat(before).isPositive();
        return run.w[0];
    }

    /** An optimizer on its way: parameters, moments and the count of its steps. */
    private static final class Run {

        private final ServerOptimizer optimizer;
        private final float[] w;
        private final float[][] moments;
        private long steps;

        Run(String specification, float... w) {
            optimizer = ServerOptimizer.parse(specification);
            this.w = w;
            moments = optimizer.initialMoments(w.length);
        }

        void step(double... delta) {
            optimizer.step(w, moments, delta, ++steps);
        }
    }
}
