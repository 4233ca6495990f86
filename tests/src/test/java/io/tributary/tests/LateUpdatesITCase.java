package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounds that do not wait for everybody, and what becomes of those who come later. */
@TestInstance(Lifecycle.PER_CLASS)
class LateUpdatesITCase {

    private static final List<String> SILOS = List.of("ash", "birch", "cedar");

    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        cluster = TestCluster.start(work, 1, 2, 2);
    }

    /** By a rule that folds and one that holds; and the job is started again meanwhile. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "fednova;nesterov(lr=0.7, momentum=0.9);never",
                "fednova;nesterov(lr=0.7, momentum=0.9);from a checkpoint",
                "trimmed-mean(f=0);sgd(lr=1);from a checkpoint",
                "fednova;nesterov(lr=0.7, momentum=0.9);from the log"
            })
    void aLateUpdateIsPartOfTheNextVersion(String rule, String optimizer, String restarted)
            throws Exception {
        try (var federation = federation("synchronous", rule, optimizer)) {
            federation
                    .with("round.late", "fold")
                    .with("round.quorum", 2)
                    .with("round.grace", "0 s");
            var genesis = federation.begin(TestLayouts.elevenChunks());
            var first = federation.awaitPlan(1);
            federation.upload(first, genesis, List.of("ash", "birch"));
            var one = federation.awaitVersion(1);
            assertThat(silos(one)).containsExactly("ash", "birch");

            var second = federation.awaitPlan(2);
            federation.upload(first, genesis, List.of("cedar"));
            if (!restarted.equals("never")) {
                federation.awaitConsumed();
                var checkpoint = federation.stopJob();
                federation.startJob(restarted.equals("from the log") ? null : checkpoint);
                federation.join();
            }
            federation.upload(second, one, List.of("ash"));
            var two = federation.awaitVersion(2);

            assertThat(two.cohort()).extracting(CohortMember::round).containsExactly(2, 1);
            assertThat(two.cohort()).extracting(CohortMember::silo).containsExactly("ash", "cedar");
            double discount = Math.pow(2, -0.5);
            assertThat(two.cohort().get(1).weight() / two.cohort().get(0).weight())
                    .isBetween(discount - 1e-12, discount + 1e-12);
            assertThat(federation.rejected()).isEmpty();
            assertReplays(federation, 2);
        }
    }

    @Test
    void anAsynchronousFederationMakesAVersionForEveryQuorum() throws Exception {
        try (var federation =
                federation("asynchronous", "mean", "nesterov(lr=0.7, momentum=0.9)")) {
            federation.with("round.quorum", 2).with("round.staleness-limit", 2);
            var genesis = federation.begin(TestLayouts.elevenChunks());
            var slow = federation.awaitPlan(1);
            var version = genesis;
            for (int round = 1; round <= 3; round++) {
                version = federation.train(round, version, List.of("ash", "birch"));
            }
            // Trained for round 1; round 4 is too late for it by one.
            federation.awaitPlan(4);
            federation.upload(slow, genesis, List.of("cedar"));
            var last = federation.train(4, version, List.of("cedar", "birch"));

            assertThat(silos(last)).containsExactly("birch", "cedar");
            assertThat(last.cohort()).extracting(CohortMember::round).containsOnly(4);
            assertThat(federation.rejected())
                    .extracting(RejectedUpdate::reason)
                    .containsExactly(RejectionReason.STALE);
            assertReplays(federation, 4);
        }
    }

    /**
     * Silos train round r + 1 from version r - 1: round r need not have been made for it. A job
     * that is started from the log meanwhile takes up such a round, too.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "fednova;nesterov(lr=0.7, momentum=0.9);false",
                "krum(f=0);momentum(lr=1);false",
                "fednova;nesterov(lr=0.7, momentum=0.9);true"
            })
    void roundsOverlap(String rule, String optimizer, boolean restarted) throws Exception {
        try (var federation = federation("overlapped", rule, optimizer)) {
            var genesis = federation.begin(TestLayouts.elevenChunks());
            federation.upload(federation.awaitPlan(1), genesis, SILOS);
            var second = federation.awaitPlan(2);
            assertThat(second.baseVersion()).isZero();
            federation.upload(second, genesis, List.of("ash", "birch"));
            var one = federation.awaitVersion(1);
            if (restarted) {
                assertThat(federation.stopJob()).isNotEmpty();
                federation.startJob();
                federation.join();
            }
            federation.upload(second, genesis, List.of("cedar"));
            var third = federation.awaitPlan(3);
            assertThat(third.baseVersion()).isEqualTo(1);
            federation.upload(third, one, SILOS);
            var three = federation.awaitVersion(3);

            assertThat(three.baseVersion()).isEqualTo(2);
            assertThat(three.cohort()).extracting(CohortMember::baseVersion).containsOnly(1);
            assertThat(federation.manifests())
                    .extracting(ModelVersion::version)
                    .containsExactlyInAnyOrder(0, 1, 2, 3);
            assertThat(federation.rejected()).isEmpty();
            assertReplays(federation, 3);
        }
    }

    private TestFederation federation(String mode, String rule, String optimizer) {
        return TestFederation.create(cluster, SILOS)
                .with("round.mode", mode)
                .with("round.rule", rule)
                .with("round.server-optimizer", optimizer);
    }

    private static List<String> silos(ModelVersion version) {
        return version.cohort().stream().map(CohortMember::silo).toList();
    }

    private static void assertReplays(TestFederation federation, int version) throws Exception {
        var replay = federation.replay(null);
        for (int number = 1; number <= version; number++) {
            assertThat(replay.replay(number).isSame()).as("version %s", number).isTrue();
        }
    }
}
