package io.tributary.operators.flink;

import io.tributary.operators.figures.RoundFigures;
import io.tributary.operators.figures.RoundPhase;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Shows where a model line's rounds are and what they wait for, and since when, in seconds. Every
 * wait has its own gauge, 0 while it is not the one: for updates of the open round (until its
 * deadline), for a version to become readable (until the publish timeout), for silos (until enough
 * are live).
 *
 * <p>The gauges appear with the first figures: a task that has no model line shows none, and not
 * zeros.
 */
final class RoundMetrics {

    private final MetricGroup metrics;
    private final LongSupplier clock;

    private volatile @Nullable RoundFigures shown;

    RoundMetrics(MetricGroup metrics, LongSupplier clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    /** What is shown; null before the first. */
    @Nullable RoundFigures shown() {
        return shown;
    }

    void show(RoundFigures figures) {
        boolean isFirst = shown == null;
        shown = figures;
        if (isFirst) {
            register();
        }
    }

    private void register() {
        gauge("round", RoundFigures::round);
        gauge("plannedSilos", RoundFigures::planned);
        gauge("acceptedInRound", RoundFigures::accepted);
        gauge("waitingUpdates", RoundFigures::waiting);
        gauge("paused", figures -> figures.paused() ? 1 : 0);
        age("roundAgeSeconds", RoundFigures::openedMillis);
        age("publicationAgeSeconds", RoundFigures::publishingMillis);
        age("waitingForSilosSeconds", RoundFigures::waitingMillis);
        for (var phase : RoundPhase.values()) {
            var group = metrics.addGroup("phase", Label.of(phase));
            group.gauge("active", (Gauge<Integer>) () -> shown.phase() == phase ? 1 : 0);
        }
    }

    private void gauge(String name, ToDoubleFunction<RoundFigures> value) {
        metrics.gauge(name, (Gauge<Double>) () -> value.applyAsDouble(shown));
    }

    private void age(String name, ToLongFunction<RoundFigures> sinceMillis) {
        gauge(
                name,
                figures -> {
                    long since = sinceMillis.applyAsLong(figures);
                    return since == 0 ? 0 : (clock.getAsLong() - since) / 1e3;
                });
    }
}
