package io.tributary.silo.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizerTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100})
    void plainDescentCountsItsSteps(int steps) {
        assertThat(Normalizer.of(Trainings.sgd(0, 0), 0, steps)).isEqualTo(steps);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9, 0.99})
    void momentumHasItsClosedForm(double rho) {
        for (int steps : new int[] {1, 2, 7, 100}) {
            double expected = (steps - rho * (1 - Math.pow(rho, steps)) / (1 - rho)) / (1 - rho);
            assertThat(Normalizer.of(Trainings.sgd(rho, 0), 0, steps))
                    .isCloseTo(expected, within(1e-9 * expected));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.05, 0.5, 1})
    void proximalTermHasItsClosedForm(double alpha) {
        for (int steps : new int[] {1, 2, 7, 100}) {
            assertThat(Normalizer.response(ones(steps), 0, alpha))
                    .isCloseTo((1 - Math.pow(1 - alpha, steps)) / alpha, within(1e-9));
        }
    }

    @Test
    void geometricRatesHaveTheirClosedForm() {
        var rates = new double[20];
        Arrays.setAll(rates, k -> Math.pow(0.8, k));

        assertThat(Normalizer.response(rates, 0, 0))
                .isCloseTo((1 - Math.pow(0.8, 20)) / (1 - 0.8), within(1e-12));
    }

    @Test
    void proximalGradientPassesThroughTheMomentumBuffer() {
        assertThat(Normalizer.response(ones(7), 0.9, 0.05)).isCloseTo(18.31, within(0.005));
    }

    @Test
    void scheduleCountsInUnitsOfItsPeakFromTheRoundsClock() {
        var training = Trainings.scheduled(0.5, 0.05, 10, 200);
        var schedule = LearningRateSchedule.of(training);

        for (long clock : new long[] {0, 5, 100, 1000}) {
            assertThat(Normalizer.of(training, clock, 30))
                    .isCloseTo(schedule.sum(clock, 30) / 0.5, within(1e-12));
        }
    }

    @Test
    void adamAndClippingUseTheHeuristicAndSaySo() {
        var adam = Trainings.adamW(0.5, 0.05, 10, 200);
        var clipped = Trainings.sgd(0.9, 1);

        assertThat(Normalizer.isExact(adam)).isFalse();
        assertThat(Normalizer.of(adam, 20, 30))
                .isCloseTo(LearningRateSchedule.of(adam).sum(20, 30) / 0.5, within(1e-12));
        assertThat(Normalizer.isExact(clipped)).isFalse();
        assertThat(Normalizer.of(clipped, 0, 30)).isCloseTo(30, within(1e-12));
        assertThat(Normalizer.isExact(Trainings.sgd(0.9, 0))).isTrue();
    }

    @Test
    void whatCannotBeDividedByIsRefused() {
        assertThatThrownBy(() -> Normalizer.of(Trainings.sgd(0, 0), 0, 0))
                .hasMessageContaining("normalizer of 0 steps")
                .hasMessageContaining("must be above 0");
        // momentum swings past the start and the displacement turns negative
        assertThatThrownBy(() -> Normalizer.response(ones(2), 0.0, 3))
                .hasMessageContaining("is -1.0");
        // the schedule has run out
        var ended = Trainings.scheduled(0.5, 0, 0, 10);
        assertThatThrownBy(() -> Normalizer.of(ended, 10, 5)).hasMessageContaining("is 0.0");
    }

    private static double[] ones(int steps) {
        var ones = new double[steps];
        Arrays.fill(ones, 1);
        return ones;
    }
}
