package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.model.ModelVersion;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The job dies in the middle of a round, with accepted updates in its state, in three ways. Each
 * time the federation goes on to the same model, bit for bit, as if nothing had happened, with one
 * version per round.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RecoveryITCase {

    private static final int ROUNDS = 3;
    private static final List<String> SILOS = List.of("ash", "birch", "cedar");

    private final Map<String, String> undisturbed = new HashMap<>();

    /** As many slots as the job needs, so that every task manager runs a part of it. */
    @AutoClose private TestCluster cluster;

    private int nextVictim;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        cluster = TestCluster.start(work, 2, 1, 2);
    }

    /** What happens to the job between the second and the third update of round 2. */
    private interface Disturbance {
        void happen(TestFederation federation) throws Exception;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "fednova;nesterov(lr=0.7, momentum=0.9)",
                "trimmed-mean(f=1);sgd(lr=1)",
                "centered-clipping(tau=0.5);fedadam(lr=0.1, bias-correction=adam)"
            })
    void aTaskManagerDies(String rule, String optimizer) throws Exception {
        assertSameModel(
                rule,
                optimizer,
                federation -> {
                    cluster.flink().miniCluster().terminateTaskManager(nextVictim++).get();
                    cluster.flink().miniCluster().startTaskManager();
                    federation.awaitRestart();
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "fednova;nesterov(lr=0.7, momentum=0.9)",
                "trimmed-mean(f=1);sgd(lr=1)",
                "centered-clipping(tau=0.5);fedadam(lr=0.1, bias-correction=adam)"
            })
    void theJobIsRestartedFromACheckpoint(String rule, String optimizer) throws Exception {
        assertSameModel(rule, optimizer, federation -> federation.startJob(federation.stopJob()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "fednova;nesterov(lr=0.7, momentum=0.9)",
                "trimmed-mean(f=1);sgd(lr=1)",
                "centered-clipping(tau=0.5);fedadam(lr=0.1, bias-correction=adam)"
            })
    void theJobStartsAfreshWithoutAnyState(String rule, String optimizer) throws Exception {
        assertSameModel(
                rule,
                optimizer,
                federation -> {
                    assertThat(federation.stopJob()).isNotEmpty(); // and not used
                    federation.startJob();
                    federation.join();
                });
    }

    private void assertSameModel(String rule, String optimizer, Disturbance disturbance)
            throws Exception {
        if (!undisturbed.containsKey(rule)) {
            undisturbed.put(rule, run(rule, optimizer, federation -> {}));
        }
        assertThat(run(rule, optimizer, disturbance)).isEqualTo(undisturbed.get(rule));
    }

    /** Runs all rounds and returns the digest of the last version. */
    private String run(String rule, String optimizer, Disturbance disturbance) throws Exception {
        try (var federation =
                TestFederation.create(cluster, SILOS)
                        .with("round.rule", rule)
                        .with("round.server-optimizer", optimizer)
                        .with("federation.rounds", ROUNDS)) {
            var version = federation.begin(TestLayouts.elevenChunks());
            for (int round = 1; round <= ROUNDS; round++) {
                var plan = federation.awaitPlan(round);
                var global = federation.parameters(version);
                federation.silo("cedar").uploadDrawnUpdate(plan, global);
                federation.silo("ash").uploadDrawnUpdate(plan, global);
                if (round == 2) {
                    federation.awaitConsumed();
                    disturbance.happen(federation);
                }
                federation.silo("birch").uploadDrawnUpdate(plan, global);
                version = federation.awaitVersion(round);
            }
            assertThat(federation.parameters(version)).isNotNull();
            assertThat(federation.manifests())
                    .extracting(ModelVersion::version)
                    .containsExactlyInAnyOrder(0, 1, 2, 3);
            assertThat(version.cohort())
                    .extracting(member -> member.silo())
                    .containsExactlyElementsOf(SILOS);
            assertThat(federation.rejected()).isEmpty();
            return version.digest();
        }
    }
}
