package io.tributary.cli.track;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The few requests to an MLflow tracking server that are needed here.
 *
 * <p>Source: the REST API of MLflow, version 2.0 of it.
 */
final class MlflowClient {

    /** The server takes no more in one request. */
    static final int MOST_METRICS = 1000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String server;
    private final @Nullable String authorization;
    private final HttpClient http;

    /**
     * @param server where the server is, without the path of its API
     * @param environment {@code MLFLOW_TRACKING_TOKEN}, or {@code MLFLOW_TRACKING_USERNAME} and
     *     {@code MLFLOW_TRACKING_PASSWORD}, as for MLflow's own clients
     */
    MlflowClient(URI server, Map<String, String> environment) {
        this.server = server.toString().replaceAll("/+$", "");
        this.authorization = authorization(environment);
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build();
    }

    private static @Nullable String authorization(Map<String, String> environment) {
        var token = environment.get("MLFLOW_TRACKING_TOKEN");
        if (token != null) {
            return "Bearer " + token;
        }
        var user = environment.get("MLFLOW_TRACKING_USERNAME");
        if (user == null) {
            return null;
        }
        var both = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    /** The id of an experiment, which is made if it is not there. */
    String experiment(String name) throws IOException, InterruptedException {
        var query = "experiment_name=" + escaped(name);
        var found = get("experiments/get-by-name?" + query);
        if (found.isPresent()) {
            return found.get().path("experiment").path("experiment_id").asText();
        }
        var request = JSON.createObjectNode().put("name", name);
        return post("experiments/create", request).path("experiment_id").asText();
    }

    /** The id of the oldest run of an experiment that has these tags. */
    Optional<String> run(String experiment, Map<String, String> tags)
            throws IOException, InterruptedException {
        var filter = new StringBuilder();
        tags.forEach(
                (key, value) ->
                        filter.append(filter.isEmpty() ? "" : " and ")
                                .append("tags.`%s` = '%s'".formatted(key, value)));
        var request = JSON.createObjectNode().put("filter", filter.toString());
        request.putArray("experiment_ids").add(experiment);
        request.putArray("order_by").add("attributes.start_time ASC");
        request.put("max_results", 1);
        var runs = post("runs/search", request).path("runs");
        return runs.isEmpty()
                ? Optional.empty()
                : Optional.of(runs.get(0).path("info").path("run_id").asText());
    }

    /** Makes a run and returns its id. */
    String createRun(String experiment, String name, Map<String, String> tags, long startMillis)
            throws IOException, InterruptedException {
        var request =
                JSON.createObjectNode()
                        .put("experiment_id", experiment)
                        .put("run_name", name)
                        .put("start_time", startMillis);
        var list = request.putArray("tags");
        tags.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
        return post("runs/create", request).path("run").path("info").path("run_id").asText();
    }

    /** The last step of each of a run's metrics. */
    Map<String, Integer> lastSteps(String run) throws IOException, InterruptedException {
        var path = "runs/get?run_id=" + escaped(run);
        var found = get(path).orElseThrow(() -> new IOException(about("has no run " + run)));
        var steps = new HashMap<String, Integer>();
        for (var metric : found.path("run").path("data").path("metrics")) {
            steps.put(metric.path("key").asText(), metric.path("step").asInt());
        }
        return steps;
    }

    /**
     * Adds points to a run.
     *
     * @param points at most {@link #MOST_METRICS}
     */
    void log(String run, List<Point> points) throws IOException, InterruptedException {
        var request = JSON.createObjectNode().put("run_id", run);
        var metrics = request.putArray("metrics");
        for (var point : points) {
            metrics.addObject()
                    .put("key", point.series())
                    .put("value", point.value())
                    .put("timestamp", point.timeMillis())
                    .put("step", point.step());
        }
        post("runs/log-batch", request);
    }

    /** Says that a run goes on. */
    void resume(String run) throws IOException, InterruptedException {
        post("runs/update", JSON.createObjectNode().put("run_id", run).put("status", "RUNNING"));
    }

    /** Says that a run has ended. */
    void finish(String run, long endMillis) throws IOException, InterruptedException {
        post(
                "runs/update",
                JSON.createObjectNode()
                        .put("run_id", run)
                        .put("status", "FINISHED")
                        .put("end_time", endMillis));
    }

    /** Empty if there is no such thing. */
    private Optional<JsonNode> get(String path) throws IOException, InterruptedException {
        return send(path, request(path).GET());
    }

    private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        var request = request(path).header("Content-Type", "application/json");
        return send(path, request.POST(BodyPublishers.ofString(body.toString())))
                .orElseThrow(() -> new IOException(about("does not know " + path)));
    }

    private HttpRequest.Builder request(String path) {
        var request =
                HttpRequest.newBuilder(URI.create(server + "/api/2.0/mlflow/" + path))
                        .timeout(PATIENCE);
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private Optional<JsonNode> send(String path, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            var body = json(answer.body());
            if (answer.statusCode() == 200) {
                return Optional.of(body);
            }
            if (body.path("error_code").asText().equals("RESOURCE_DOES_NOT_EXIST")) {
                return Optional.empty();
            }
            throw new RefusedException(
                    about(
                            "answers %s to %s: %s"
                                    .formatted(
                                            answer.statusCode(),
                                            path.replaceAll("\\?.*", ""),
                                            body.path("message").asText("no reason given"))));
        } catch (RefusedException e) {
            throw e;
        } catch (IOException e) {
            var why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new IOException(about("does not answer (%s)".formatted(why)), e);
        }
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.missingNode(); // of a proxy in between, for instance
        }
    }

    private static String escaped(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String about(String what) {
        return "MLflow at %s %s".formatted(server, what);
    }

    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }
}
