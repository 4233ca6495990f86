package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tributary.silo.SiloListener;
import io.tributary.silo.metrics.MetricsEndpoint;
import io.tributary.silo.metrics.SiloMetrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads from a silo that takes part in a federation. */
@TestInstance(Lifecycle.PER_CLASS)
class SiloMetricsITCase {

    /** A row of the table of metrics: name, type, the label beside federation and silo. */
    private static final Pattern ROW =
            Pattern.compile(
                    "\\| `(tributary_trainer_\\w+)` \\| (\\w+) \\| (?:`(\\w+)=.*?`)? \\|.*");

    private static final Path TABLE = Path.of("..", "docker", "METRICS.md");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> SILOS = List.of("down", "up");

    @AutoClose private TestCluster cluster;
    private Path work;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        work = folder;
        cluster = TestCluster.start(folder, 1, 2, 2);
    }

    @Test
    void aSiloServesWhatTheTableSays() throws Exception {
        var registry = new PrometheusRegistry();
        try (var endpoint = MetricsEndpoint.open("127.0.0.1", 0, registry);
                var federation =
                        TestFederation.create(cluster, SILOS)
                                .with("local.learning-rate", 0.1)
                                .with("local.min-learning-rate", 0.1)
                                .with("round.local-steps", 3)
                                .with("federation.rounds", 2);
                var crew = new Crew(federation, work, Duration.ZERO)) {
            federation.genesis(TestLayouts.vector(6));
            federation.startJob();
            // Three times as far up as down: the mean goes up.
            crew.add("down", new QuadraticTrainer(1, -1), SiloListener.NONE);
            var name = federation.topics().federation();
            crew.add("up", new QuadraticTrainer(1, 3), new SiloMetrics(registry, name, "up"));
            var version = federation.awaitVersion(2);
            assertThat(version.cohort()).hasSize(2);

            var text = new String[1];
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> {
                                text[0] = scrape(endpoint);
                                assertThat(text[0]).contains("tributary_trainer_perplexity{");
                                assertThat(value(text[0], "version")).isEqualTo(2);
                            });

            assertThat(metrics(text[0])).isEqualTo(table());
            var labels = "federation=\"%s\",".formatted(name);
            assertThat(series(text[0]))
                    .allSatisfy(line -> assertThat(line).contains(labels, "silo=\"up\""));
            assertThat(value(text[0], "round")).isEqualTo(2);
            assertThat(value(text[0], "steps")).isEqualTo(3);
            assertThat(value(text[0], "step")).isEqualTo(3);
            assertThat(value(text[0], "tokens_total")).isEqualTo(6);
            assertThat(value(text[0], "uploads_total", "result=\"sent\"")).isEqualTo(2);
            assertThat(value(text[0], "uploads_total", "result=\"failed\"")).isZero();
            assertThat(value(text[0], "uploaded_bytes_total")).isEqualTo(2 * 6 * 4);
            // Each whole; one is taken again if it is evaluated after a newer one was trained from.
            double downloads = value(text[0], "downloads_total");
            assertThat(downloads).isGreaterThanOrEqualTo(3);
            assertThat(value(text[0], "downloaded_bytes_total")).isEqualTo(downloads * 6 * 4);
            assertThat(value(text[0], "perplexity")).isCloseTo(Math.E, within(1e-9));
            assertThat(value(text[0], "alignment")).isCloseTo(1, within(1e-6));
            assertThat(value(text[0], "heartbeats_total")).isPositive();
            assertThat(text[0]).contains("jvm_memory_used_bytes", "process_cpu_seconds_total");
        }
    }

    /** The federation goes up, one silo pulls down: it says so with its signs of life. */
    @Test
    void whoPullsTheOtherWaySaysSo() throws Exception {
        var registry = new PrometheusRegistry();
        try (var endpoint = MetricsEndpoint.open("127.0.0.1", 0, registry);
                var federation =
                        TestFederation.create(cluster, SILOS)
                                .with("local.learning-rate", 0.1)
                                .with("local.min-learning-rate", 0.1)
                                .with("federation.rounds", 1);
                var crew = new Crew(federation, work, Duration.ZERO)) {
            federation.genesis(TestLayouts.vector(6));
            federation.startJob();
            var name = federation.topics().federation();
            crew.add("down", new QuadraticTrainer(1, -1), new SiloMetrics(registry, name, "down"));
            crew.add("up", new QuadraticTrainer(1, 3), SiloListener.NONE);

            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(value(scrape(endpoint), "alignment"))
                                            .isCloseTo(-1, within(1e-6)));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(federation.presence("down"))
                                            .anySatisfy(
                                                    told -> {
                                                        assertThat(told.alignedVersion())
                                                                .isEqualTo(1);
                                                        assertThat(told.alignment())
                                                                .isCloseTo(-1, within(1e-6));
                                                    }));
            assertThat(federation.presence("up"))
                    .allSatisfy(told -> assertThat(told.alignment()).isBetween(0.0, 1.0));
        }
    }

    private static String scrape(MetricsEndpoint endpoint) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(endpoint.url())).build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    /** The silo's own metrics: name, type, and the names of further labels. */
    private static Set<String> metrics(String text) {
        var types = new TreeMap<String, String>();
        for (var line : text.lines().toList()) {
            var words = line.split(" ", -1);
            if (words[0].equals("#") && words[1].equals("TYPE")) {
                types.put(words[2], words[3]);
            }
        }
        var found = new TreeSet<String>();
        for (var line : series(text)) {
            var name = line.substring(0, line.indexOf('{'));
            var labels =
                    Pattern.compile("(\\w+)=\"")
                            .matcher(line)
                            .results()
                            .map(label -> label.group(1))
                            .filter(label -> !Set.of("federation", "silo").contains(label))
                            .collect(Collectors.joining(", "));
            found.add("%s %s [%s]".formatted(name, types.get(name), labels));
        }
        return found;
    }

    private static List<String> series(String text) {
        return text.lines().filter(line -> line.startsWith("tributary_")).toList();
    }

    private static Set<String> table() throws Exception {
        var rows = new TreeSet<String>();
        for (var line : Files.readAllLines(TABLE)) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                var label = row.group(3) == null ? "" : row.group(3);
                rows.add("%s %s [%s]".formatted(row.group(1), row.group(2), label));
            }
        }
        return rows;
    }

    private static double value(String text, String name, String... labels) {
        var prefix = "tributary_trainer_" + name + "{";
        var lines =
                series(text).stream()
                        .filter(line -> line.startsWith(prefix))
                        .filter(line -> List.of(labels).stream().allMatch(line::contains))
                        .toList();
        assertThat(lines).as(name).hasSize(1);
        return Double.parseDouble(lines.get(0).substring(lines.get(0).lastIndexOf(' ') + 1));
    }
}
