package io.tributary.operators.flink;

import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts what an operator rejects, by reason and by silo, and logs it. Every reason is there from
 * the beginning, at 0, and every silo from the first that is heard of it: what appears with its
 * first increment has not increased.
 */
final class RejectionMetrics {

    private final MetricGroup metrics;
    private final RejectionLog log;
    private final Map<RejectionReason, Counter> byReason = new EnumMap<>(RejectionReason.class);
    private final Map<String, Counter> bySilo = new HashMap<>();

    RejectionMetrics(MetricGroup metrics, LongSupplier clock) {
        this.metrics = metrics;
        log = new RejectionLog(clock);
        for (var reason : RejectionReason.values()) {
            var group = metrics.addGroup("reason", Label.of(reason));
            byReason.put(reason, group.counter("rejectedUpdates"));
        }
    }

    /** Something of this silo may be rejected. */
    void expect(String silo) {
        bySilo.computeIfAbsent(silo, this::counter);
    }

    void count(RejectedUpdate rejected) {
        byReason.get(rejected.reason()).inc();
        bySilo.computeIfAbsent(rejected.silo(), this::counter).inc();
        log.say(rejected);
    }

    private Counter counter(String silo) {
        return metrics.addGroup("silo", silo).counter("rejectedUpdates");
    }
}
