package io.tributary.operators.flink;

import io.tributary.operators.round.CoordinatorState;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What the federation waits for, and since when, in seconds. Every wait has its own gauge, 0 while
 * it is not the one: for updates of the open round (until its deadline), for a version to become
 * readable (until the publish timeout), for silos (until enough are live).
 */
final class WaitMetrics {

    private final Counter extended;
    private final Counter abandoned;

    private volatile long roundSince;
    private volatile long publicationSince;
    private volatile long silosSince;
    private volatile int round;
    private volatile int accepted;
    private volatile int live;
    private volatile int waiting;
    private volatile int paused;

    WaitMetrics(MetricGroup metrics) {
        extended = metrics.counter("extendedRounds");
        abandoned = metrics.counter("abandonedRounds");
        metrics.gauge("roundAgeSeconds", age(() -> roundSince));
        metrics.gauge("publicationAgeSeconds", age(() -> publicationSince));
        metrics.gauge("waitingForSilosSeconds", age(() -> silosSince));
        metrics.gauge("round", (Gauge<Integer>) () -> round);
        metrics.gauge("acceptedInRound", (Gauge<Integer>) () -> accepted);
        metrics.gauge("liveSilos", (Gauge<Integer>) () -> live);
        metrics.gauge("waitingUpdates", (Gauge<Integer>) () -> waiting);
        metrics.gauge("paused", (Gauge<Integer>) () -> paused);
    }

    private interface Since {
        long millis();
    }

    private static Gauge<Double> age(Since since) {
        return () -> {
            long began = since.millis();
            return began == 0 ? 0.0 : (System.currentTimeMillis() - began) / 1e3;
        };
    }

    void told(RoundOutcome outcome) {
        if (outcome.status() == RoundStatus.EXTENDED) {
            extended.inc();
        } else if (outcome.status() == RoundStatus.ABANDONED) {
            abandoned.inc();
        }
    }

    /**
     * Takes the figures from the state after an event.
     *
     * @param liveSilos silos that a round could be planned for
     * @param waitsForSilos whether the next round waits for more of them
     */
    void after(CoordinatorState state, int liveSilos, boolean waitsForSilos, long nowMillis) {
        var open = state.open();
        var publication = state.publication();
        roundSince = open == null ? 0 : open.openedMillis();
        publicationSince = publication == null ? 0 : publication.sinceMillis();
        if (!waitsForSilos) {
            silosSince = 0;
        } else if (silosSince == 0) {
            silosSince = nowMillis;
        }
        round = open == null ? state.newest() : open.plan().round();
        accepted = open == null ? 0 : open.accepted().size();
        live = liveSilos;
        waiting = state.waiting().size();
        paused = state.control().paused() ? 1 : 0;
    }
}
