package io.tributary.operators.flink;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What an owner of chunks spends its time on, as gauges: seconds since it was started. */
final class ChunkTimes {

    /** What is timed. */
    enum Phase {
        /** Adding rows to sums as they come; measuring and combining those that were held. */
        COMBINE("combineSeconds"),
        /** The server optimizer's step. */
        STEP("stepSeconds"),
        /** Encoding new chunks and handing them to the sink, which may make it wait. */
        WRITE("writeSeconds");

        private final String gauge;

        Phase(String gauge) {
            this.gauge = gauge;
        }
    }

    private final Map<Phase, AtomicLong> nanos = new EnumMap<>(Phase.class);

    ChunkTimes(MetricGroup metrics) {
        for (var phase : Phase.values()) {
            var spent = new AtomicLong();
            nanos.put(phase, spent);
            metrics.gauge(phase.gauge, (Gauge<Double>) () -> spent.get() / 1e9);
        }
    }

    /**
     * Adds what has passed.
     *
     * @param began {@link System#nanoTime()} at the phase's beginning
     * @return now, for the phase that follows
     */
    long end(Phase phase, long began) {
        long now = System.nanoTime();
        nanos.get(phase).addAndGet(now - began);
        return now;
    }
}
