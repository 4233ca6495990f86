package io.tributary.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ModelVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The federation of the compose file without an engine: every command that a container of ours
 * starts, as a process, with the settings that the file gives it.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ComposeITCase {

    private static final FederationTopics SAMPLE = new FederationTopics("sample");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SILOS = List.of("silo-acme", "silo-bolt", "silo-core");

    @AutoClose private Stage stage;

    @BeforeAll
    void composeUp(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path work) throws Exception {
        stage = new Stage(work);
        stage.startBroker();
        // As a second 'docker compose up' would, too.
        for (int time = 0; time < 2; time++) {
            assertThat(stage.run("topics")).as(stage.output("topics")).isZero();
            assertThat(stage.run("genesis")).as(stage.output("genesis")).isZero();
        }
        stage.startJobManager();
        awaitTaskManagers(0);
        for (int replica = 1; replica <= 2; replica++) {
            stage.startTaskManager(replica);
            awaitTaskManagers(replica);
        }
        for (var silo : SILOS) {
            stage.start(silo);
        }
        stage.start("dashboard");
    }

    @Test
    void itLearnsIsWatchedAndIsUpgradedBySavepoint() throws Exception {
        int version = awaitVersionAfter(0);
        allAreHealthy();
        metersAreRead();

        var savepoint = stopWithSavepoint();
        int exitCode = stage.awaitEnd("jobmanager");
        assertThat(exitCode).isZero();
        assertThat(stage.compose().service("jobmanager").isStartedAgain(exitCode)).isFalse();
        stage.callWith(Map.of("TRIBUTARY_SAVEPOINT", savepoint));
        stage.startJobManager();

        awaitVersionAfter(version);
        var job = stage.get("jobmanager", 8081, "/jobs/" + job() + "/checkpoints");
        assertThat(JSON.readTree(job).at("/latest/restored/external_path").asText())
                .isEqualTo(savepoint);
        assertThat(stage.stop("silo-acme")).isIn(0, 143);
    }

    /** One after the other: a small machine starts them no sooner together. */
    private void awaitTaskManagers(int count) {
        patiently()
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () -> {
                            stage.keepUp();
                            var overview = stage.get("jobmanager", 8081, "/overview");
                            return JSON.readTree(overview).path("taskmanagers").asInt(-1) == count;
                        });
    }

    private int awaitVersionAfter(int version) {
        try (var follower = FederationFollower.all(stage.connection(), SAMPLE)) {
            patiently()
                    .untilAsserted(
                            () -> {
                                follower.poll(Duration.ofMillis(50));
                                stage.keepUp();
                                assertThat(newest(follower)).isGreaterThan(version);
                            });
            return newest(follower);
        }
    }

    private static int newest(FederationFollower follower) {
        return follower.newestVersion("main").map(ModelVersion::version).orElse(-1);
    }

    /** What the engine would ask, of the compose file or of the image. */
    private void allAreHealthy() {
        for (var service : stage.compose().services().values()) {
            var check = service.healthCheck();
            var asked = check.isEmpty() ? imageCheck(service) : check;
            if (asked.contains("curl") && !service.target().isEmpty()) {
                var uri = URI.create(asked.get(asked.size() - 1));
                var name = service.name().equals("taskmanager") ? "taskmanager-1" : service.name();
                patiently()
                        .ignoreExceptions()
                        .until(() -> !stage.get(name, uri.getPort(), uri.getPath()).isEmpty());
            }
        }
    }

    private static List<String> imageCheck(ComposeFile.Service service) {
        var stage = Images.read().stages().get(service.target());
        var check = stage == null ? "" : stage.last("HEALTHCHECK");
        return List.of(check.replaceAll("[\\[\\],\"]", " ").trim().split("\\s+"));
    }

    private void metersAreRead() {
        patiently()
                .untilAsserted(
                        () ->
                                assertThat(stage.get("jobmanager", 9249, "/metrics"))
                                        .containsPattern(
                                                "flink_jobmanager_numRegisteredTaskManagers\\S* 2\\.0"));
        patiently()
                .untilAsserted(
                        () ->
                                assertThat(
                                                stage.get("taskmanager-1", 9249, "/metrics")
                                                        + stage.get(
                                                                "taskmanager-2", 9249, "/metrics"))
                                        .contains(
                                                "flink_taskmanager_job_task_operator_tributary_round"));
    }

    private String stopWithSavepoint() throws Exception {
        var request = "{\"targetDirectory\": null, \"drain\": false}";
        var trigger = JSON.readTree(stage.post("/jobs/%s/stop".formatted(job()), request));
        var status = "/jobs/%s/savepoints/%s".formatted(job(), trigger.path("request-id").asText());
        var location = new String[1];
        patiently()
                .until(
                        () -> {
                            var answer = JSON.readTree(stage.get("jobmanager", 8081, status));
                            location[0] = answer.at("/operation/location").asText();
                            return answer.at("/status/id").asText().equals("COMPLETED");
                        });
        assertThat(Path.of(URI.create(location[0])).resolve("_metadata")).matches(Files::exists);
        return location[0];
    }

    private String job() throws Exception {
        var jobs = JSON.readTree(stage.get("jobmanager", 8081, "/jobs/overview")).path("jobs");
        return jobs.get(0).path("jid").asText();
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(200));
    }
}
