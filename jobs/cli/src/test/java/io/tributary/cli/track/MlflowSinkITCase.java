package io.tributary.cli.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MlflowSinkITCase {

    private TestMlflow server;

    @BeforeEach
    void start() throws IOException {
        server = new TestMlflow();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void pointsBecomeMetricsOfOneRunThatIsFoundAgain() throws Exception {
        try (var sink = open("main", Map.of())) {
            sink.write(List.of(point("loss/ash", 1, 3.5), point("loss/ash", 2, 3.25)));
            assertThat(server.status(0)).isEqualTo("RUNNING");
        }
        assertThat(server.status(0)).isEqualTo("FINISHED");
        try (var sink = open("main", Map.of())) {
            assertThat(sink.lastSteps()).containsExactly(Map.entry("loss/ash", 2));
            sink.write(List.of(point("loss/ash", 3, 3)));
            assertThat(server.status(0)).isEqualTo("RUNNING");
        }

        assertThat(server.runs()).isEqualTo(1);
        assertThat(server.logged)
                .containsExactly("loss/ash 1 3.5", "loss/ash 2 3.25", "loss/ash 3 3.0");
        assertThat(server.requests).filteredOn(r -> r.endsWith("experiments/create")).hasSize(1);
    }

    @Test
    void anotherModelIsAnotherRun() throws Exception {
        try (var main = open("main", Map.of());
                var law = open("expert-law", Map.of())) {
            main.write(List.of(point("loss/ash", 1, 3.5)));

            assertThat(law.lastSteps()).isEmpty();
            assertThat(server.runs()).isEqualTo(2);
        }
    }

    @Test
    void manyPointsGoInBatchesThatTheServerTakes() throws Exception {
        var points = new ArrayList<Point>();
        for (int step = 1; step <= 2500; step++) {
            points.add(point("loss/ash", step, step));
        }
        try (var sink = open("main", Map.of())) {
            sink.write(points);
        }
        assertThat(server.batches).containsExactly(1000, 1000, 500);
    }

    /** The request was obeyed, and its answer lost. */
    @Test
    void anAnswerThatIsLostLeavesNoDoubles() throws Exception {
        var points = List.of(point("loss/ash", 1, 3), point("norm/ash", 1, 4));
        try (var sink = open("main", Map.of())) {
            server.failures = 1;
            assertThatThrownBy(() -> sink.write(points))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("answers 503 to runs/log-batch: try later");

            sink.write(points);
        }
        assertThat(new HashSet<>(server.logged)).hasSize(2).hasSameSizeAs(server.logged);
    }

    @Test
    void credentialsAreThoseOfMlflowsOwnClients() throws Exception {
        open("main", Map.of()).close();
        assertThat(server.authorizations).containsOnly("");
        server.authorizations.clear();
        open("main", Map.of("MLFLOW_TRACKING_TOKEN", "secret")).close();
        assertThat(server.authorizations).containsOnly("Bearer secret");
        server.authorizations.clear();
        open(
                        "main",
                        Map.of(
                                "MLFLOW_TRACKING_USERNAME",
                                "ada",
                                "MLFLOW_TRACKING_PASSWORD",
                                "secret"))
                .close();
        assertThat(server.authorizations).containsOnly("Basic YWRhOnNlY3JldA==");
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        var address = server.uri();
        server.close();

        assertThatThrownBy(() -> open(address, "main", Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("MLflow at " + address + " does not answer");
    }

    private MlflowSink open(String model, Map<String, String> environment) throws Exception {
        return open(server.uri(), model, environment);
    }

    private static MlflowSink open(URI address, String model, Map<String, String> environment)
            throws Exception {
        return MlflowSink.open(
                address, "an experiment", "news", model, environment, Clock.systemUTC());
    }

    private static Point point(String series, int step, double value) {
        return new Point(series, step, value, 1_750_000_000_000L + step);
    }
}
