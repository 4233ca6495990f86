package io.tributary.kafka.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * As much of a schema registry as is asked of one, in memory, and with faults to order. A real one
 * is used in {@code tests}.
 */
public final class StubRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is answered instead of the right thing. */
    record Fault(int status, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String scheme;
    private final List<String> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> subjects = new HashMap<>();
    private final List<String> requests = new ArrayList<>();
    private @Nullable Fault fault;
    private int faults;
    private Predicate<String> authorized = header -> true;

    public StubRegistry() throws IOException {
        this(HttpServer.create(loopback(0), 0), "http");
    }

    /** Starts again where another one has been stopped. */
    StubRegistry(int port) throws IOException {
        this(HttpServer.create(loopback(port), 0), "http");
    }

    /** Speaks TLS. */
    StubRegistry(SSLContext tls) throws IOException {
        this(https(tls), "https");
    }

    private StubRegistry(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.setExecutor(threads);
        server.createContext("/registry", this::handle);
        server.start();
    }

    private static HttpServer https(SSLContext tls) throws IOException {
        var server = HttpsServer.create(loopback(0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    public String url() {
        return "%s://localhost:%s/registry".formatted(scheme, port());
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** A schema that somebody else registers. */
    public synchronized int add(String schema) {
        schemas.add(schema);
        return schemas.size();
    }

    /** Answers like this, so many times. */
    public synchronized void fail(int times, int status, String body) {
        faults = times;
        fault = new Fault(status, body);
    }

    synchronized void authorize(Predicate<String> authorized) {
        this.authorized = authorized;
    }

    /** Method and path of all requests so far. */
    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    synchronized Map<String, List<Integer>> subjects() {
        return Map.copyOf(subjects);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            var path = exchange.getRequestURI().getPath().substring("/registry".length());
            var header = exchange.getRequestHeaders().getFirst("Authorization");
            var answer = answer(exchange.getRequestMethod(), path, body, header);
            var bytes = answer.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized Fault answer(
            String method, String path, String body, @Nullable String header) throws IOException {
        requests.add(method + " " + path);
        if (faults > 0) {
            faults--;
            return fault;
        }
        if (!authorized.test(String.valueOf(header))) {
            return new Fault(401, "{\"error_code\": 401, \"message\": \"Unauthorized\"}");
        }
        if (path.equals("/schemas/types")) {
            return new Fault(200, "[\"AVRO\"]");
        }
        if (path.startsWith("/schemas/ids/")) {
            int id = Integer.parseInt(path.substring("/schemas/ids/".length()));
            return id < 1 || id > schemas.size()
                    ? new Fault(404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}")
                    : new Fault(
                            200,
                            JSON.createObjectNode().put("schema", schemas.get(id - 1)).toString());
        }
        var parts = path.split("/", -1);
        var schema = JSON.readTree(body).path("schema").asText();
        int id = schemas.indexOf(schema) + 1;
        if (parts.length == 4 && id == 0) {
            id = add(schema);
        }
        var versions = subjects.computeIfAbsent(parts[2], subject -> new ArrayList<>());
        if (parts.length == 4 && !versions.contains(id)) {
            versions.add(id);
        }
        return versions.contains(id)
                ? new Fault(200, "{\"id\": %s}".formatted(id))
                : new Fault(404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
