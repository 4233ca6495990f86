package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.figures.RoundFigures;
import io.tributary.operators.figures.RoundPhase;
import org.junit.jupiter.api.Test;

class RoundMetricsTest {

    private final ShownMetrics shown = new ShownMetrics();
    private final RoundMetrics rounds = new RoundMetrics(shown.group(), shown.clock::get);

    @Test
    void beforeThereAreFiguresThereAreNoZeros() {
        assertThat(shown.all()).isEmpty();
    }

    @Test
    void agesGrowByThemselvesAndAreZeroWhileNothingIsWaitedFor() {
        long now = shown.clock.get();
        rounds.show(figures(RoundPhase.COLLECTING, now - 2_000, 0));
        assertThat(shown.of("roundAgeSeconds")).isEqualTo(2);
        shown.clock.addAndGet(5_500);
        assertThat(shown.of("roundAgeSeconds")).isEqualTo(7.5);
        assertThat(shown.of("publicationAgeSeconds")).isZero();

        rounds.show(figures(RoundPhase.PUBLISHING, 0, now));
        assertThat(shown.of("roundAgeSeconds")).isZero();
        assertThat(shown.of("publicationAgeSeconds")).isEqualTo(5.5);
    }

    @Test
    void thereIsAlwaysOnePhase() {
        for (var phase : RoundPhase.values()) {
            rounds.show(figures(phase, 0, 0));
            var phases = shown.all();
            phases.keySet().removeIf(name -> !name.startsWith("phase_active"));
            assertThat(phases).hasSize(RoundPhase.values().length);
            assertThat(phases.values().stream().mapToDouble(Double::doubleValue).sum()).isOne();
            assertThat(shown.of("phase_active{phase=" + Label.of(phase) + "}")).isOne();
        }
    }

    private static RoundFigures figures(
            RoundPhase phase, long openedMillis, long publishingMillis) {
        return new RoundFigures(3, 4, phase, openedMillis, publishingMillis, 0, 3, 2, 0, false);
    }
}
