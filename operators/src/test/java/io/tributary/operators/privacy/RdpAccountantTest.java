package io.tributary.operators.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RdpAccountantTest {

    @Test
    void knownCases() {
        assertThat(RdpAccountant.epsilon(1, 6, 1e-5)).isCloseTo(14.75, within(0.005));
        assertThat(RdpAccountant.epsilon(1, 200, 1e-5)).isCloseTo(167.86, within(0.005));
    }

    @ParameterizedTest
    @CsvSource({"1, 6, 1e-5", "1, 200, 1e-5", "0.3, 1, 1e-6", "10, 1, 1e-3", "50, 1000, 1e-9"})
    void isTheLeastOverTheOrders(double z, long rounds, double delta) {
        double least = Double.POSITIVE_INFINITY;
        for (double above = 1e-4; above < 1e6; above *= 1.001) {
            double order = 1 + above;
            double rdp = rounds * order / (2 * z * z);
            least = Math.min(least, rdp + Math.log(1 / delta) / (order - 1));
        }
        assertThat(RdpAccountant.epsilon(z, rounds, delta))
                .isLessThanOrEqualTo(least)
                .isCloseTo(least, within(1e-5 * least));
    }

    /** T rounds of Gaussian noise are one with z / sqrt(T), whose delta is known exactly. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1e-5", "1, 6, 1e-5", "1, 200, 1e-5", "4, 10, 1e-3", "20, 100, 1e-7"})
    void coversTheExactCurveWithoutGivingMuchAway(double z, long rounds, double delta) {
        double epsilon = RdpAccountant.epsilon(z, rounds, delta);
        double mu = Math.sqrt(rounds) / z;
        assertThat(exactDelta(mu, epsilon)).isLessThan(delta);
        assertThat(exactDelta(mu, epsilon * 0.7)).isGreaterThan(delta);
    }

    @Test
    void roundsAddUpWhateverTheirNoise() {
        var once = RdpAccountant.NOTHING_PUBLISHED.after(1, 7).after(2, 8);
        assertThat(once.rho()).isEqualTo(7 / 2.0 + 8 / 8.0);
        assertThat(once.rdp(3)).isEqualTo(3 * once.rho());
        assertThat(once.epsilon(1e-5)).isEqualTo(RdpAccountant.epsilon(1, 9, 1e-5));
    }

    @Test
    void nothingCostsNothingAndNoNoiseCostsEverything() {
        assertThat(RdpAccountant.epsilon(1, 0, 1e-5)).isZero();
        assertThat(RdpAccountant.epsilon(0, 0, 1e-5)).isZero();
        assertThat(RdpAccountant.epsilon(0, 1, 1e-5)).isInfinite();
    }

    @Test
    void moreRoundsLessNoiseAndSmallerDeltaCostMore() {
        double epsilon = RdpAccountant.epsilon(2, 10, 1e-5);
        assertThat(RdpAccountant.epsilon(2, 11, 1e-5)).isGreaterThan(epsilon);
        assertThat(RdpAccountant.epsilon(1.9, 10, 1e-5)).isGreaterThan(epsilon);
        assertThat(RdpAccountant.epsilon(2, 10, 1e-6)).isGreaterThan(epsilon);
    }

    @Test
    void refusesWhatMeansNothing() {
        assertThatThrownBy(() -> RdpAccountant.epsilon(-1, 1, 1e-5))
                .hasMessage("a noise multiplier must be >= 0, got -1.0");
        assertThatThrownBy(() -> RdpAccountant.epsilon(1, -1, 1e-5))
                .hasMessage("a number of rounds must be >= 0, got -1");
        assertThatThrownBy(() -> RdpAccountant.epsilon(1, 1, 0))
                .hasMessage("delta must be in (0, 1), got 0.0");
        assertThatThrownBy(() -> RdpAccountant.epsilon(1, 1, Double.NaN))
                .hasMessage("delta must be in (0, 1), got NaN");
    }

    /** {@code E[max(0, 1 - exp(epsilon - L))]} over the privacy loss {@code L}, by the midpoint. */
    private static double exactDelta(double mu, double epsilon) {
        double delta = 0;
        double step = 1e-3;
        for (double x = -15 + step / 2; x < 15; x += step) {
            double loss = mu * mu / 2 + mu * x;
            double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            delta += step * density * Math.max(0, 1 - Math.exp(epsilon - loss));
        }
        return delta;
    }
}
