package io.tributary.operators.flink;

import io.tributary.operators.figures.SiloFigures;
import io.tributary.operators.round.AcceptedUpdate;
import io.tributary.operators.round.SiloStanding;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows what each silo does, under a label {@code silo}. The label is the name of the silo's topic,
 * so there are as many as an operator of the federation has created.
 *
 * <p>A gauge appears when there is something for it to show: a silo that has evaluated nothing has
 * no perplexity. Flink cannot take single metrics back: those of a silo that left or was evicted
 * stay, with {@code silo_live} 0, until the job is started again. Then an evicted silo has none,
 * unless it goes on sending.
 */
final class SiloMetrics {

    /** What is shown of a silo besides its liveness, in this one place. */
    private static final List<Figure> FIGURES =
            List.of(
                    new Figure("updateNorm", f -> f.update() != null, f -> f.update().norm()),
                    new Figure("weight", f -> f.update() != null, f -> f.update().weight()),
                    new Figure("trainLoss", f -> f.update() != null, f -> f.update().trainLoss()),
                    new Figure("alignment", f -> f.alignment() != null, f -> f.alignment()),
                    new Figure(
                            "evaluatedVersion",
                            f -> f.evaluation() != null,
                            f -> f.evaluation().version()),
                    new Figure(
                            "evaluatedNats",
                            f -> f.evaluation() != null,
                            f -> f.evaluation().nats()),
                    new Figure(
                            "evaluatedTokens",
                            f -> f.evaluation() != null,
                            f -> f.evaluation().tokens()),
                    new Figure(
                            "perplexity",
                            f -> f.evaluation() != null,
                            f -> Math.exp(f.evaluation().nats() / f.evaluation().tokens())));

    private final MetricGroup metrics;
    private final long silenceMillis;
    private final LongSupplier clock;
    private final Map<String, Silo> silos = new ConcurrentHashMap<>(); // a gauge counts them
    private boolean counts;

    /**
     * @param name of the gauge behind {@code silo_}
     * @param isKnown whether there is something to show; once there is, there always is
     */
    private record Figure(
            String name, Predicate<SiloFigures> isKnown, ToDoubleFunction<SiloFigures> value) {}

    /**
     * @param silenceMillis how long after its last sign of life a silo counts as live
     */
    SiloMetrics(MetricGroup metrics, long silenceMillis, LongSupplier clock) {
        this.metrics = metrics;
        this.silenceMillis = silenceMillis;
        this.clock = clock;
    }

    private void countLive() {
        if (!counts) {
            counts = true;
            metrics.gauge("liveSilos", (Gauge<Long>) this::live);
        }
    }

    /** How many a round could be planned for now, whether or not anything has happened since. */
    private long live() {
        return silos.values().stream().filter(Silo::isLive).count();
    }

    /** All that is shown, to be shown again. */
    List<SiloFigures> figures() {
        return silos.values().stream().map(silo -> silo.figures).toList();
    }

    /** As a checkpoint had them. */
    void show(List<SiloFigures> figures) {
        countLive();
        for (var one : figures) {
            if (!one.standing().evicted()) {
                of(one.silo()).show(one);
            }
        }
    }

    /** What the round policy knows of the silos now. */
    void standings(List<SiloStanding> standings) {
        countLive();
        for (var standing : standings) {
            if (!standing.evicted() || silos.containsKey(standing.silo())) {
                var silo = of(standing.silo());
                if (!silo.figures.standing().equals(standing)) {
                    silo.show(silo.figures.with(standing));
                }
            }
        }
    }

    /** A sign of life was read. */
    void seen(String silo, SiloPresence presence, long nowMillis) {
        change(silo, figures -> figures.with(presence, nowMillis));
    }

    /** A silo has measured a version. */
    void evaluated(String silo, SiloEvaluation evaluation) {
        change(silo, figures -> figures.with(evaluation));
    }

    /** An update was taken into a round. */
    void accepted(AcceptedUpdate update) {
        change(update.silo(), figures -> figures.with(update));
        of(update.silo()).accepted.inc();
    }

    /** An update came after its round had closed. */
    void late(String silo) {
        of(silo).late.inc();
    }

    private void change(String silo, UnaryOperator<SiloFigures> change) {
        var shown = of(silo);
        shown.show(change.apply(shown.figures));
    }

    private Silo of(String silo) {
        return silos.computeIfAbsent(silo, Silo::new);
    }

    /** The metrics of one silo, registered once. */
    private final class Silo {

        private final MetricGroup group;
        private final Counter accepted;
        private final Counter late;
        private final Set<Figure> registered = new HashSet<>();
        private volatile SiloFigures figures;

        private Silo(String silo) {
            figures = SiloFigures.of(SiloStanding.unknown(silo));
            group = metrics.addGroup("silo", silo);
            accepted = group.counter("acceptedUpdates");
            late = group.counter("lateUpdates");
            group.gauge("live", (Gauge<Integer>) () -> isLive() ? 1 : 0);
        }

        private boolean isLive() {
            return figures.standing().isLive(clock.getAsLong(), silenceMillis);
        }

        private double secondsSinceSeen() {
            return (clock.getAsLong() - figures.seenMillis()) / 1e3;
        }

        private void show(SiloFigures next) {
            boolean isFirstSign = figures.seenMillis() == 0 && next.seenMillis() > 0;
            figures = next;
            if (isFirstSign) {
                group.gauge("lastSeenSeconds", (Gauge<Double>) this::secondsSinceSeen);
            }
            for (var figure : FIGURES) {
                if (figure.isKnown.test(next) && registered.add(figure)) {
                    group.gauge(
                            figure.name, (Gauge<Double>) () -> figure.value.applyAsDouble(figures));
                }
            }
        }
    }
}
