package io.tributary.aggregation;

import java.util.Map;

/** Has a Flink cluster's processes serve their metrics to Prometheus. */
public final class MetricsReporter {

    private static final String PREFIX = "metrics.reporter.prometheus.";

    private MetricsReporter() {}

    /**
     * Flink's options for it. A process serves them at {@code /metrics} of the first of these ports
     * that is free, on every network interface; if none is, it goes on without. Its class path
     * needs {@code flink-metrics-prometheus}.
     *
     * @param ports a port, a range {@code 9249-9260}, or several of these with commas between them
     */
    public static Map<String, String> options(String ports) {
        return Map.of(
                PREFIX + "factory.class",
                "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
                PREFIX + "port",
                ports,
                // Else every dash in the name of a silo becomes an underscore.
                PREFIX + "filterLabelValueCharacters",
                "false");
    }
}
