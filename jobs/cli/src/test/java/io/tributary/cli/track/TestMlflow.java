package io.tributary.cli.track;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A tracking server that keeps experiments, runs and metrics in memory, as MLflow's does. */
public final class TestMlflow implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API = "/api/2.0/mlflow/";

    /** Every request: method and path without its query. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** The Authorization header of each request; empty if it had none. */
    final List<String> authorizations = new CopyOnWriteArrayList<>();

    /** Every metric that was logged: key, step and value. */
    public final List<String> logged = new CopyOnWriteArrayList<>();

    /** The size of each batch of metrics. */
    final List<Integer> batches = new CopyOnWriteArrayList<>();

    /** Requests to fail from now on, after they have been obeyed. */
    volatile int failures;

    private final Map<String, String> experiments = new LinkedHashMap<>();
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private final HttpServer server;

    private record Run(ObjectNode info, JsonNode tags, Map<String, Integer> steps) {}

    public TestMlflow() throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = HttpServer.create(address, 0);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public int runs() {
        return runs.size();
    }

    public String status(int run) {
        return new ArrayList<>(runs.values()).get(run).info().path("status").asText();
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        var authorization = exchange.getRequestHeaders().getFirst("Authorization");
        authorizations.add(authorization == null ? "" : authorization);
        var query = exchange.getRequestURI().getQuery();
        var body = JSON.readTree(exchange.getRequestBody());
        var answer = answer(path.substring(API.length()), query == null ? "" : query, body);
        int status = answer.has("error_code") ? 404 : 200;
        if (failures > 0) {
            failures--;
            status = 503;
            answer = JSON.createObjectNode().put("message", "try later");
        }
        var bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private ObjectNode answer(String path, String query, JsonNode body) {
        var answer = JSON.createObjectNode();
        switch (path) {
            case "experiments/get-by-name" -> {
                var id = experiments.get(query.replace("experiment_name=", ""));
                if (id == null) {
                    return answer.put("error_code", "RESOURCE_DOES_NOT_EXIST")
                            .put("message", "no such experiment");
                }
                answer.putObject("experiment").put("experiment_id", id);
            }
            case "experiments/create" -> {
                var id = String.valueOf(experiments.size() + 1);
                experiments.put(body.path("name").asText(), id);
                answer.put("experiment_id", id);
            }
            case "runs/search" -> {
                var found = answer.putArray("runs");
                for (var run : runs.values()) {
                    if (body.path("experiment_ids").get(0).equals(run.info().path("experiment_id"))
                            && matches(body.path("filter").asText(), run.tags())) {
                        found.addObject().set("info", run.info());
                    }
                }
            }
            case "runs/create" -> {
                var id = "run-" + runs.size();
                var info =
                        JSON.createObjectNode()
                                .put("run_id", id)
                                .put("status", "RUNNING")
                                .put("experiment_id", body.path("experiment_id").asText());
                runs.put(id, new Run(info, body.path("tags"), new LinkedHashMap<>()));
                answer.putObject("run").set("info", info);
            }
            case "runs/get" -> {
                var metrics = answer.putObject("run").putObject("data").putArray("metrics");
                runs.get(query.replace("run_id=", ""))
                        .steps()
                        .forEach(
                                (key, step) ->
                                        metrics.addObject().put("key", key).put("step", step));
            }
            case "runs/log-batch" -> {
                var run = runs.get(body.path("run_id").asText());
                batches.add(body.path("metrics").size());
                for (var metric : body.path("metrics")) {
                    var key = metric.path("key").asText();
                    int step = metric.path("step").asInt();
                    run.steps().merge(key, step, Math::max);
                    logged.add("%s %s %s".formatted(key, step, metric.path("value").asDouble()));
                }
            }
            case "runs/update" ->
                    runs.get(body.path("run_id").asText())
                            .info()
                            .put("status", body.path("status").asText());
            default -> answer.put("error_code", "ENDPOINT_NOT_FOUND").put("message", path);
        }
        return answer;
    }

    private static boolean matches(String filter, JsonNode tags) {
        for (var tag : tags) {
            var condition =
                    "tags.`%s` = '%s'"
                            .formatted(tag.path("key").asText(), tag.path("value").asText());
            if (!filter.contains(condition)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
