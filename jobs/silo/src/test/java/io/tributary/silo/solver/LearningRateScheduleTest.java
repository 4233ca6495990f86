package io.tributary.silo.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {

    private final LearningRateSchedule schedule = new LearningRateSchedule(1.0, 0.1, 4, 104);

    @Test
    void warmsUpInALineAndReachesThePeakWithItsLastStep() {
        assertThat(schedule.rate(0)).isEqualTo(0.25);
        assertThat(schedule.rate(1)).isEqualTo(0.5);
        assertThat(schedule.rate(3)).isEqualTo(1.0);
        assertThat(schedule.rate(4)).isEqualTo(1.0);
    }

    @Test
    void fallsByACosineToTheMinimumAndStaysThere() {
        assertThat(schedule.rate(4 + 50)).isCloseTo(0.55, within(1e-12)); // half way
        assertThat(schedule.rate(4 + 25))
                .isCloseTo(0.1 + 0.9 * (1 + Math.sqrt(0.5)) / 2, within(1e-12));
        for (int clock = 4; clock < 104; clock++) {
            assertThat(schedule.rate(clock + 1)).isLessThan(schedule.rate(clock));
        }
        assertThat(schedule.rate(104)).isEqualTo(0.1);
        assertThat(schedule.rate(1_000_000)).isEqualTo(0.1);
    }

    @Test
    void staysAtThePeakWithoutAnEnd() {
        var constant = new LearningRateSchedule(0.3, 0, 0, 0);

        assertThat(constant.rate(0)).isEqualTo(0.3);
        assertThat(constant.rate(1_000_000)).isEqualTo(0.3);
    }

    @Test
    void sumOfOneRoundAndTheNextIsThatOfBoth() {
        assertThat(schedule.sum(0, 30) + schedule.sum(30, 20))
                .isCloseTo(schedule.sum(0, 50), within(1e-12));
    }

    @Test
    void impossibleSchedulesAreRefused() {
        assertThatThrownBy(() -> new LearningRateSchedule(0, 0, 0, 0))
                .hasMessage("learning-rate schedule: peakLearningRate must be above 0, got 0.0");
        assertThatThrownBy(() -> new LearningRateSchedule(0.1, 0.2, 0, 0))
                .hasMessageContaining("minLearningRate must be 0 to the peak of 0.1, got 0.2");
        assertThatThrownBy(() -> new LearningRateSchedule(0.1, 0, -1, 0))
                .hasMessageContaining("warmupSteps must be at least 0, got -1");
        assertThatThrownBy(() -> new LearningRateSchedule(0.1, 0, 10, 10))
                .hasMessageContaining("totalSteps must be 0 or above warmupSteps of 10, got 10");
    }
}
