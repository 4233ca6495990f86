package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.LocalCluster;
import io.tributary.aggregation.replay.VersionReplay;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
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

    private EmbeddedBroker broker;
    private LocalCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        broker = EmbeddedBroker.start(work.resolve("kafka"));
        cluster = LocalCluster.start(work.resolve("flink"), 1, 2, 2);
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
        broker.close();
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
            var genesis = begin(federation);
            var first = federation.awaitPlan(1);
            var global = federation.parameters(genesis);
            upload(federation, first, global, "ash", "birch");
            var one = federation.awaitVersion(1);
            assertThat(silos(one)).containsExactly("ash", "birch");

            var second = federation.awaitPlan(2);
            upload(federation, first, global, "cedar");
            if (!restarted.equals("never")) {
                federation.awaitConsumed();
                var checkpoint = federation.stopJob();
                federation.startJob(restarted.equals("from the log") ? null : checkpoint);
                SILOS.forEach(silo -> federation.silo(silo).join());
            }
            upload(federation, second, federation.parameters(one), "ash");
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
            var version = begin(federation);
            var slow = federation.awaitPlan(1);
            var slowBase = federation.parameters(version);
            for (int round = 1; round <= 3; round++) {
                var plan = federation.awaitPlan(round);
                var global = federation.parameters(version);
                upload(federation, plan, global, "ash", "birch");
                version = federation.awaitVersion(round);
            }
            // Trained for round 1; round 4 is too late for it by one.
            federation.awaitPlan(4);
            upload(federation, slow, slowBase, "cedar");
            var plan = federation.awaitPlan(4);
            upload(federation, plan, federation.parameters(version), "cedar", "birch");
            var last = federation.awaitVersion(4);

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
            var genesis = begin(federation);
            var base = federation.parameters(genesis);
            var first = federation.awaitPlan(1);
            upload(federation, first, base, "ash", "birch", "cedar");
            var second = federation.awaitPlan(2);
            assertThat(second.baseVersion()).isZero();
            upload(federation, second, base, "ash", "birch");
            var one = federation.awaitVersion(1);
            if (restarted) {
                assertThat(federation.stopJob()).isNotEmpty();
                federation.startJob();
                SILOS.forEach(silo -> federation.silo(silo).join());
            }
            upload(federation, second, base, "cedar");
            var third = federation.awaitPlan(3);
            assertThat(third.baseVersion()).isEqualTo(1);
            upload(federation, third, federation.parameters(one), "ash", "birch", "cedar");
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
        return TestFederation.create(broker, cluster, SILOS.toArray(String[]::new))
                .with("round.mode", mode)
                .with("round.rule", rule)
                .with("round.server-optimizer", optimizer);
    }

    private static ModelVersion begin(TestFederation federation) throws Exception {
        var layout = TestLayouts.elevenChunks();
        var genesis = federation.genesis(layout, new float[(int) layout.elements()]);
        federation.startJob();
        SILOS.forEach(silo -> federation.silo(silo).join());
        return genesis;
    }

    private static void upload(
            TestFederation federation, RoundPlan plan, ParameterBuffer global, String... silos) {
        for (var silo : silos) {
            federation.silo(silo).uploadDrawnUpdate(plan, global);
        }
    }

    private static List<String> silos(ModelVersion version) {
        return version.cohort().stream().map(CohortMember::silo).toList();
    }

    private static void assertReplays(TestFederation federation, int version) throws Exception {
        var replay =
                new VersionReplay(
                        federation.connection(),
                        federation.topics(),
                        TestFederation.MODEL,
                        null,
                        Duration.ofSeconds(60),
                        (number, pass, done, chunks) -> {});
        for (int number = 1; number <= version; number++) {
            assertThat(replay.replay(number).isSame()).as("version %s", number).isTrue();
        }
    }
}
