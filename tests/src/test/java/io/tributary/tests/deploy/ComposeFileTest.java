package io.tributary.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tributary.kafka.embedded.SoleBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** What is true of the compose file without an engine that runs it. */
class ComposeFileTest {

    private static final Pattern PINNED = Pattern.compile("[a-z0-9./-]+:v?\\d+\\.\\d+\\.\\d+");

    /** Of the broker's configuration, what says where it is rather than how it is. */
    private static final Set<String> PLACES = Set.of("log.dirs", "controller.quorum.voters");

    private final ComposeFile compose = ComposeFile.read(Map.of());
    private final Images images = Images.read();

    @Test
    void variablesAreReadAsTheSpecificationSays() {
        var text = "a ${VERSION:-1} b ${PATH_:+--from ${PATH_}} c";

        assertThat(ComposeFile.interpolated(text, Map.of())).isEqualTo("a 1 b  c");
        assertThat(ComposeFile.interpolated(text, Map.of("VERSION", "2", "PATH_", "x")))
                .isEqualTo("a 2 b --from x c");
    }

    @Test
    void everyImageHasAVersion() {
        assertThat(compose.services().values())
                .allSatisfy(service -> assertThat(service.image()).matches(PINNED));
        assertThat(images.stages().values())
                .extracting(Images.Stage::base)
                .filteredOn(base -> !images.stages().containsKey(base))
                .allSatisfy(
                        base -> assertThat(base).matches("[a-z-]+:\\d+\\.\\d+\\.\\d+[a-z0-9_.-]*"));
    }

    @Test
    void whatIsBuiltIsAStageOfTheDockerfile() {
        assertThat(compose.services().values())
                .extracting(ComposeFile.Service::target)
                .filteredOn(target -> !target.isEmpty())
                .contains("job", "silo", "cli")
                .isSubsetOf(images.stages().keySet());
    }

    @Test
    void nobodyIsReachedFromOtherMachines() {
        assertThat(compose.services().values())
                .flatExtracting(ComposeFile.Service::ports)
                .isNotEmpty()
                .allSatisfy(port -> assertThat(port.toString()).startsWith("127.0.0.1:"));
    }

    @Test
    void whatASiloAndTheCommandLogGoesWhereTheContainersLogGoes() {
        assertThat(List.of("silo", "cli"))
                .allSatisfy(
                        image ->
                                assertThat(images.environment(image))
                                        .containsEntry("TRIBUTARY_LOG", "/dev/stderr"));
    }

    @Test
    void everybodyHasALimitOfMemory() {
        assertThat(compose.services().values())
                .allSatisfy(
                        service ->
                                assertThat(service.node().path("mem_limit").asText()).isNotEmpty());
    }

    /** Of what runs on: the rest has ended by then. */
    @Test
    void thePageSaysWhatTheLimitsAddUpTo() {
        long bytes =
                compose.services().values().stream()
                        .filter(service -> service.node().has("restart"))
                        .mapToLong(
                                service ->
                                        service.node().path("scale").asInt(1)
                                                * limit(service.name()).getBytes())
                        .sum();

        assertThat(Deployment.text(Deployment.DOCKER.resolve("README.md")))
                .contains("add up to %s GB".formatted(bytes >> 30));
    }

    @Test
    void whatRunsOnHasAHealthCheckItsOwnOrItsImages() {
        assertThat(compose.services().values())
                .filteredOn(service -> service.node().has("restart"))
                .allSatisfy(
                        service ->
                                assertThat(
                                                service.node().has("healthcheck")
                                                        || isCheckedByItsImage(service))
                                        .as(service.name())
                                        .isTrue());
    }

    private boolean isCheckedByItsImage(ComposeFile.Service service) {
        var stage = images.stages().get(service.target());
        return stage != null && !List.of("", "NONE").contains(stage.last("HEALTHCHECK"));
    }

    /** Started again it would go on from the log, and nobody would take the savepoint. */
    @Test
    void aJobThatWasStoppedInOrderIsNotStartedAgainAndOneThatFailedIs() {
        var jobManager = compose.service("jobmanager");

        assertThat(jobManager.isStartedAgain(0)).isFalse();
        assertThat(jobManager.isStartedAgain(1)).isTrue();
    }

    @Test
    void nobodyWaitsForWhatCannotCome() {
        for (var service : compose.services().values()) {
            service.dependsOn()
                    .forEach(
                            (name, condition) -> {
                                var other = compose.service(name).node();
                                switch (condition) {
                                    case "service_healthy" ->
                                            assertThat(other.has("healthcheck")).as(name).isTrue();
                                    case "service_completed_successfully" ->
                                            assertThat(other.has("restart")).as(name).isFalse();
                                    default -> throw new AssertionError(condition);
                                }
                            });
        }
    }

    @Test
    void whatIsMountedIsThereOrAVolume() {
        for (var service : compose.services().values()) {
            for (var source : service.mounts().values()) {
                if (source.startsWith(".")) {
                    assertThat(Deployment.DOCKER.resolve(source)).exists();
                } else {
                    assertThat(compose.volumes()).contains(source);
                }
            }
        }
    }

    /** A broker that is alone must be told so in many places; the code says in which. */
    @Test
    void theBrokerIsConfiguredAsTheOneOfTheDemo() {
        var environment = compose.service("kafka").environment();
        var expected = SoleBroker.properties(Path.of("unused"), "unused");
        for (var key : expected.stringPropertyNames()) {
            if (!PLACES.contains(key)) {
                var variable = "KAFKA_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
                assertThat(environment).containsEntry(variable, expected.getProperty(key));
            }
        }
        assertThatCode(() -> Uuid.fromString(environment.get("CLUSTER_ID")))
                .doesNotThrowAnyException();
    }

    /** Flink must not plan with more memory than its container has. */
    @Test
    void flinkHasRoomInItsContainers() {
        var configuration =
                GlobalConfiguration.loadConfiguration(Deployment.DOCKER.resolve("job").toString());
        assertThat(configuration.get(JobManagerOptions.TOTAL_PROCESS_MEMORY))
                .isLessThanOrEqualTo(limit("jobmanager"));
        assertThat(configuration.get(TaskManagerOptions.TOTAL_PROCESS_MEMORY))
                .isLessThanOrEqualTo(limit("taskmanager"));
        int slots = configuration.get(TaskManagerOptions.NUM_TASK_SLOTS);
        int parallelism = configuration.get(CoreOptions.DEFAULT_PARALLELISM);
        assertThat(slots * compose.service("taskmanager").node().path("scale").asInt())
                .isEqualTo(parallelism);
    }

    private MemorySize limit(String service) {
        return MemorySize.parse(compose.service(service).node().path("mem_limit").asText());
    }
}
