package io.tributary.tests.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.kafka.embedded.FreePorts;
import io.tributary.tests.process.Patience;
import io.tributary.tests.process.StalledException;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A Prometheus of this machine, in a process of its own. */
final class Prometheus implements AutoCloseable {

    /** What to do where there is none. */
    static final String MISSING =
            "there is no prometheus on the PATH; on Debian and Ubuntu: apt-get install prometheus";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Thread end;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private Prometheus(Process process, int port) {
        this.process = process;
        this.port = port;
        this.end = new Thread(process::destroyForcibly, "prometheus-end");
        Runtime.getRuntime().addShutdownHook(end);
    }

    /** Where it is installed. */
    static Optional<Path> installed() {
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(path)
                .map(folder -> Path.of(folder, "prometheus"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts it.
     *
     * @param config what it scrapes
     * @param work where it keeps what it has scraped
     * @throws StalledException if it does not get ready; nothing of it is left then
     */
    static Prometheus start(ScrapeConfig config, Path work, Path logs)
            throws IOException, StalledException {
        var program = installed().orElseThrow(() -> new IllegalStateException(MISSING));
        var file = work.resolve("prometheus.yml");
        config.write(file);
        int port = FreePorts.take();
        var process =
                new ProcessBuilder(
                                program.toString(),
                                "--config.file=" + file,
                                "--storage.tsdb.path=" + work.resolve("prometheus"),
                                "--web.listen-address=" + FreePorts.HOST + ":" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(logs.resolve("prometheus.log").toFile())
                        .redirectInput(Redirect.from(new File("/dev/null")))
                        .start();
        var prometheus = new Prometheus(process, port);
        try {
            Patience.require("an answer of Prometheus", PATIENCE, prometheus::isReady);
            return prometheus;
        } catch (StalledException | RuntimeException e) {
            prometheus.close();
            throw e;
        }
    }

    private boolean isReady() throws IOException, InterruptedException, StalledException {
        if (!process.isAlive()) {
            throw new StalledException("Prometheus has ended; its log says why", null);
        }
        return http.send(request("/-/ready"), BodyHandlers.discarding()).statusCode() == 200;
    }

    /**
     * What it has now.
     *
     * @throws IOException if it does not understand the query, with its reason
     */
    List<Sample> query(String query) throws IOException, InterruptedException {
        var data = get("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8));
        var samples = new ArrayList<Sample>();
        for (var result : data.path("result")) {
            var labels = new TreeMap<String, String>();
            result.path("metric")
                    .properties()
                    .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
            samples.add(new Sample(labels, number(result.path("value").path(1).asText())));
        }
        return samples;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Targets that it cannot scrape, with the reason. */
    List<String> lost() throws IOException, InterruptedException {
        var lost = new ArrayList<String>();
        for (var target : get("/api/v1/targets?state=active").path("activeTargets")) {
            if (!target.path("health").asText().equals("up")) {
                lost.add(
                        target.path("scrapeUrl").asText()
                                + ": "
                                + target.path("lastError").asText());
            }
        }
        return lost;
    }

    /** Rules that it cannot evaluate, with the reason. */
    List<String> broken() throws IOException, InterruptedException {
        var broken = new ArrayList<String>();
        for (var group : get("/api/v1/rules").path("groups")) {
            for (var rule : group.path("rules")) {
                if (rule.path("health").asText().equals("err")) {
                    broken.add(rule.path("name").asText() + ": " + rule.path("lastError").asText());
                }
            }
        }
        return broken;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        var answer = JSON.readTree(http.send(request(path), BodyHandlers.ofString()).body());
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException(
                    "Prometheus says '%s' to %s".formatted(answer.path("error").asText(), path));
        }
        return answer.path("data");
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + FreePorts.HOST + ":" + port + path))
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        var unused = process.onExit().join();
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // The process is ending anyway, and the hook has nothing left to do.
        }
    }
}
