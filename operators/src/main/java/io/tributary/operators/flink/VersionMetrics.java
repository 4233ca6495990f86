package io.tributary.operators.flink;

import io.tributary.operators.figures.StepFigures;
import io.tributary.operators.figures.VersionFigures;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Shows the newest version that readers can read, and how the last one was made that was made of
 * updates. A gauge appears when there is something for it to show: a genesis was not made, and has
 * no norm.
 */
final class VersionMetrics {

    private final MetricGroup metrics;
    private final LongSupplier clock;

    private volatile int number = -1;
    private volatile @Nullable VersionFigures version;
    private volatile @Nullable StepFigures step;

    VersionMetrics(MetricGroup metrics, LongSupplier clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    @Nullable VersionFigures version() {
        return version;
    }

    @Nullable StepFigures step() {
        return step;
    }

    /** The newest version by its number, of which more may follow. */
    void show(int newest) {
        boolean isFirst = number < 0;
        number = newest;
        if (isFirst) {
            metrics.gauge("version", (Gauge<Integer>) () -> number);
        }
    }

    void show(@Nullable VersionFigures next) {
        if (next == null) {
            return;
        }
        boolean isFirst = version == null;
        version = next;
        if (isFirst) {
            metrics.gauge("versionAgeSeconds", (Gauge<Double>) this::ageSeconds);
        }
    }

    void show(@Nullable StepFigures next) {
        if (next == null) {
            return;
        }
        boolean isFirst = step == null;
        step = next;
        if (isFirst) {
            ofStep("commitToVersionSeconds", StepFigures::readableSeconds);
            ofStep("cohortSize", StepFigures::cohort);
            ofStep("combinedDeltaNorm", StepFigures::combinedDeltaNorm);
            ofStep("consensus", StepFigures::consensus);
        }
    }

    private double ageSeconds() {
        return (clock.getAsLong() - version.appendMillis()) / 1e3;
    }

    private void ofStep(String name, ToDoubleFunction<StepFigures> value) {
        metrics.gauge(name, (Gauge<Double>) () -> value.applyAsDouble(step));
    }
}
