package io.tributary.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.aggregation.AggregationJob;
import io.tributary.aggregation.JobConfiguration;
import io.tributary.aggregation.JobSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The job's options and Flink's, in the files that are deployed. */
class JobFilesTest {

    /** Of Flink's options, what an image and a cluster must have alike. */
    private static final List<String> ALIKE =
            List.of(
                    "metrics.reporter.",
                    "restart-strategy.",
                    "state.backend.type",
                    "taskmanager.numberOfTaskSlots",
                    "taskmanager.memory.managed.size",
                    "execution.checkpointing.externalized-checkpoint-retention");

    @ParameterizedTest
    @MethodSource("optionFiles")
    void theOptionsOfEveryFileAreAccepted(Path file) {
        var settings = JobSettings.from(JobConfiguration.read(file, List.of()));

        assertThat(settings.topics().federation()).isIn("sample", "news");
    }

    static Stream<Path> optionFiles() {
        return Stream.concat(
                Stream.of(Deployment.DOCKER.resolve("job.yaml")),
                Deployment.files(Deployment.KUBERNETES, "job.yaml").stream());
    }

    @Test
    void theClassThatIsStartedIsTheJob() {
        assertThat(deployment().at("/spec/job/entryClass").asText())
                .isEqualTo(AggregationJob.class.getName());
        assertThat(ComposeFile.read(Map.of()).service("jobmanager").command())
                .contains(AggregationJob.class.getName());
    }

    @Test
    void flinkIsConfiguredAlikeInTheImageAndOnKubernetes() {
        var image =
                GlobalConfiguration.loadConfiguration(Deployment.DOCKER.resolve("job").toString())
                        .toMap();
        image.keySet().removeIf(key -> ALIKE.stream().noneMatch(key::startsWith));
        var cluster = deployment().at("/spec/flinkConfiguration");

        assertThat(image).hasSizeGreaterThan(6);
        image.forEach(
                (key, value) -> assertThat(cluster.path(key).asText()).as(key).isEqualTo(value));
    }

    private static JsonNode deployment() {
        return Deployment.documents(Deployment.KUBERNETES.resolve("base/flink-deployment.yaml"))
                .get(0);
    }
}
