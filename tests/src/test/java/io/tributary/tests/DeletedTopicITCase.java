package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tributary.aggregation.StartChecks;
import io.tributary.aggregation.check.CheckFailedException;
import io.tributary.aggregation.check.Finding;
import io.tributary.kafka.flink.CheckpointedPartitions;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * A silo's topic is deleted while the job is down. Its checkpoint goes on reading it, which nobody
 * would notice before the job fails and fails again; so the start says it.
 */
@TestInstance(Lifecycle.PER_CLASS)
class DeletedTopicITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> SILOS = List.of("ash", "birch", "cedar");

    private Path work;
    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        work = folder;
        cluster = TestCluster.start(folder, 1, 2, 2);
    }

    @Test
    void aCheckpointIsRefusedWithoutItsTopicsAndRestoredWithAnEmptyOneInPlace() throws Exception {
        try (var federation =
                TestFederation.create(cluster, SILOS)
                        .with("round.quorum", 2)
                        .with("round.grace", "100 ms")) {
            var genesis = federation.begin(TestLayouts.elevenChunks());
            var made = federation.train(1, genesis, List.of("ash", "birch"));
            var second = federation.awaitPlan(2);
            federation.awaitConsumed();
            var savepoint = savepoint();
            var checkpoint = federation.stopJob();

            var topics = federation.topics();
            assertThat(CheckpointedPartitions.read(checkpoint).topics())
                    .containsOnlyKeys(
                            topics.updates("ash"),
                            topics.updates("birch"),
                            topics.updates("cedar"),
                            topics.models(),
                            topics.genesis(),
                            topics.versions(),
                            topics.rounds(),
                            topics.control())
                    .extractingByKey(topics.updates("cedar"))
                    .isEqualTo(
                            new CheckpointedPartitions.Topic(
                                    topics.updates("cedar"),
                                    Set.of(0, 1, 2),
                                    Set.of("read-updates")));

            assertThat(CheckpointedPartitions.read(savepoint).bySource())
                    .isEqualTo(CheckpointedPartitions.read(checkpoint).bySource());
            // The job still reads back what it has written; nobody waits for that.
            assertThat(ofSilos(savepoint, topics)).isEqualTo(ofSilos(checkpoint, topics));
            // Its join is all that cedar has written so far.
            assertThat(CheckpointedPartitions.read(checkpoint).positions())
                    .containsEntry(new TopicPartition(topics.updates("cedar"), 0), 1L)
                    .containsEntry(new TopicPartition(topics.updates("cedar"), 1), 0L);
            assertThat(warnings(federation, checkpoint)).containsExactly("copies");

            delete(topics.updates("cedar"));

            assertThatThrownBy(() -> federation.startJob(checkpoint))
                    .isInstanceOf(CheckFailedException.class)
                    .hasMessageContaining(
                            "the checkpoint goes on reading topic %s, which does not exist",
                            topics.updates("cedar"))
                    .hasMessageContaining(
                            "tributary topics create --silo cedar --chunk-partitions 2")
                    .hasMessageContaining("start from the log alone");

            createAsTold(federation, "cedar");
            assertThat(warnings(federation, checkpoint))
                    .containsExactlyInAnyOrder("copies", "checkpoint");
            federation.startJob(checkpoint);

            federation.upload(second, made, List.of("cedar", "ash"));
            assertThat(federation.awaitVersion(2).cohort())
                    .extracting(member -> member.silo())
                    .contains("cedar");
        }
    }

    private static Map<TopicPartition, Long> ofSilos(String checkpoint, FederationTopics topics)
            throws Exception {
        var positions = new HashMap<>(CheckpointedPartitions.read(checkpoint).positions());
        positions.keySet().removeIf(partition -> topics.siloOf(partition.topic()).isEmpty());
        return positions;
    }

    /** Of the one job that runs. */
    private String savepoint() throws Exception {
        var flink = cluster.flink().miniCluster();
        var job =
                flink.listJobs().get().stream()
                        .filter(listed -> listed.getJobState() == JobStatus.RUNNING)
                        .findFirst()
                        .orElseThrow();
        return flink.triggerSavepoint(
                        job.getJobId(),
                        work.resolve("savepoints").toUri().toString(),
                        false,
                        SavepointFormatType.CANONICAL)
                .get();
    }

    private static List<String> warnings(TestFederation federation, String checkpoint) {
        var findings = StartChecks.run(federation.settings(), checkpoint);
        return Finding.of(Finding.Level.WARNING, findings).stream().map(Finding::check).toList();
    }

    private void delete(String topic) throws Exception {
        try (var admin = Admin.create(cluster.broker().connection().clientConfig())) {
            admin.deleteTopics(List.of(topic)).all().get();
            await().atMost(PATIENCE).until(() -> !admin.listTopics().names().get().contains(topic));
        }
    }

    private void createAsTold(TestFederation federation, String silo) {
        var catalogue = new TopicCatalogue(federation.topics(), CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(cluster.broker().connection(), PATIENCE)) {
            assertThat(admin.create(catalogue.all(List.of(silo))))
                    .containsExactly(federation.topics().updates(silo));
        }
    }
}
