package io.tributary.silo.metrics;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Serves a registry at {@code /metrics}, over HTTP, without asking who wants to know. */
public final class MetricsEndpoint implements AutoCloseable {

    private final String host;
    private final HTTPServer server;

    private MetricsEndpoint(String host, HTTPServer server) {
        this.host = host;
        this.server = server;
    }

    /**
     * Serves from now on.
     *
     * @param host name or address of the interface to listen on; {@code 0.0.0.0} for all
     * @param port 0 for any that is free
     * @throws IllegalArgumentException if the port is in use, or the host is none of this machine's
     */
    public static MetricsEndpoint open(String host, int port, PrometheusRegistry registry)
            throws IOException {
        try {
            var address = InetAddress.getByName(host);
            var server =
                    HTTPServer.builder()
                            .inetAddress(address)
                            .port(port)
                            .registry(registry)
                            .buildAndStart();
            return new MetricsEndpoint(host, server);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "metrics cannot be served on %s: it has no address".formatted(host), e);
        } catch (BindException e) {
            throw new IllegalArgumentException(
                    "metrics cannot be served on %s:%s (%s): another program uses the port, or the address is not this machine's"
                            .formatted(host, port, e.getMessage()),
                    e);
        }
    }

    /** Where the metrics are. */
    public String url() {
        var name = host.contains(":") ? "[" + host + "]" : host;
        return "http://%s:%s/metrics".formatted(name, server.getPort());
    }

    @Override
    public void close() {
        server.close();
    }
}
