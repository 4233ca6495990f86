package io.tributary.operators.flink;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Counts the bytes that a task reads from each silo's topic. */
final class SiloTraffic {

    private final MetricGroup metrics;
    private final Map<String, Counter> received = new HashMap<>();

    SiloTraffic(MetricGroup metrics) {
        this.metrics = metrics;
    }

    void received(String silo, int bytes) {
        received.computeIfAbsent(silo, this::counter).inc(bytes);
    }

    private Counter counter(String silo) {
        return metrics.addGroup("silo", silo).counter("receivedBytes");
    }
}
