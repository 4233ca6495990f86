package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.figures.StepFigures;
import io.tributary.operators.figures.VersionFigures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VersionMetricsTest {

    private final ShownMetrics shown = new ShownMetrics();
    private final VersionMetrics versions = new VersionMetrics(shown.group(), shown.clock::get);

    @Test
    void nothingIsShownBeforeItIsKnown() {
        assertThat(shown.all()).isEmpty();
        versions.show(0);
        assertThat(shown.all()).containsOnlyKeys("version");

        var genesis = new VersionFigures(0, shown.clock.get() - 3_000, null);
        versions.show(genesis);
        versions.show(genesis.step());

        assertThat(shown.all()).containsOnlyKeys("version", "versionAgeSeconds");
        assertThat(shown.of("versionAgeSeconds")).isEqualTo(3);
    }

    /** A version that comes back was not made, and the figures of the last one that was stay. */
    @Test
    void theStepIsThatOfTheLastVersionThatWasMade() {
        show(1, new StepFigures(1, 3, 0, 0.5, 0.75, 1.25));
        show(2, new StepFigures(2, 2, 1, 0.25, 0.5, 2.5));
        show(3, null);

        assertThat(shown.of("version")).isEqualTo(3);
        assertThat(shown.of("cohortSize")).isEqualTo(2);
        assertThat(shown.of("combinedDeltaNorm")).isEqualTo(0.25);
        assertThat(shown.of("consensus")).isEqualTo(0.5);
        assertThat(shown.of("commitToVersionSeconds")).isEqualTo(2.5);
    }

    private void show(int version, @Nullable StepFigures step) {
        versions.show(version);
        versions.show(new VersionFigures(version, shown.clock.get(), step));
        versions.show(step);
    }
}
