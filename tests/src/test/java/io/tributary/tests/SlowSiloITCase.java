package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.DatasetSize;
import io.tributary.silo.Evaluation;
import io.tributary.silo.LocalResult;
import io.tributary.silo.LocalTask;
import io.tributary.silo.LocalTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** In asynchronous rounds a slow silo holds up nobody, and what it trains is not lost. */
@TestInstance(Lifecycle.PER_CLASS)
class SlowSiloITCase {

    private static final String SLOW = "cedar";
    private static final Map<String, QuadraticTrainer> TRAINERS =
            new TreeMap<>(
                    Map.of(
                            "ash",
                            new QuadraticTrainer(1, 0.5),
                            "birch",
                            new QuadraticTrainer(2, -1),
                            SLOW,
                            new QuadraticTrainer(0.5, 2)));
    private static final double RATE = 0.1;
    private static final int STEPS = 5;

    /** The version that is there before the slow silo has uploaded anything. */
    private static final int WITHOUT_IT = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @AutoClose private TestCluster cluster;
    private Path work;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        work = folder;
        cluster = TestCluster.start(folder, 1, 2, 2);
    }

    @Test
    void versionsAppearWithoutItAndItsUpdateCountsInALaterOneThatCanBeReplayed() throws Exception {
        var released = new CountDownLatch(1);
        try (var federation = federation()) {
            federation.genesis(TestLayouts.vector(6));
            federation.startJob();
            try (var crew = new Crew(federation, work)) {
                crew.add("ash", TRAINERS.get("ash"));
                crew.add("birch", TRAINERS.get("birch"));
                crew.add(SLOW, new HeldTrainer(TRAINERS.get(SLOW), released));
                for (int version = 1; version <= WITHOUT_IT; version++) {
                    assertThat(federation.awaitVersion(version).cohort())
                            .extracting(CohortMember::silo)
                            .containsExactly("ash", "birch");
                }

                released.countDown();
                var with = firstWith(federation, SLOW);

                var late = member(with, SLOW).orElseThrow();
                assertThat(late.round()).isEqualTo(1).isLessThan(with.version());
                assertThat(late.baseVersion()).isZero();
                // Until it came, no round was left without the update of one of the others.
                var punctual = with.cohort().stream().filter(m -> !m.silo().equals(SLOW)).toList();
                assertThat(punctual).hasSize(1);
                assertThat(punctual.get(0).round()).isEqualTo(with.version());
                assertThat(late.weight() / punctual.get(0).weight())
                        .isCloseTo(Math.pow(1.0 + with.version() - 1, -0.5), within(1e-9));
                double before = parameter(federation, with.version() - 1);
                double expected = before;
                for (var member : with.cohort()) {
                    double base = parameter(federation, member.baseVersion());
                    var trainer = TRAINERS.get(member.silo());
                    double moved =
                            (1 - trainer.contraction(RATE, STEPS)) * (trainer.centre() - base);
                    expected += member.weight() * moved;
                }
                assertThat(parameter(federation, with.version()))
                        .as("each delta is the one from the version its silo began with")
                        .isCloseTo(expected, within(1e-6));
                var replayed = federation.replay(null).replay(with.version());
                assertThat(replayed.isSame()).isTrue();
            }
        }
    }

    private TestFederation federation() {
        return TestFederation.create(cluster, TRAINERS.keySet())
                .with("round.mode", "asynchronous")
                .with("round.quorum", TRAINERS.size() - 1)
                .with("round.staleness-limit", 64)
                .with("round.server-optimizer", "sgd(lr=1)")
                .with("round.local-steps", STEPS)
                .with("local.learning-rate", RATE)
                .with("local.min-learning-rate", RATE);
    }

    /** All parameters of a version are the same. */
    private static double parameter(TestFederation federation, int version) throws Exception {
        return federation.parameters(federation.awaitVersion(version)).chunk(0).get(0);
    }

    private static ModelVersion firstWith(TestFederation federation, String silo) {
        return await("a version with silo " + silo)
                .atMost(PATIENCE)
                .until(
                        () ->
                                federation.manifests().stream()
                                        .filter(made -> member(made, silo).isPresent())
                                        .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<CohortMember> member(ModelVersion version, String silo) {
        return version.cohort().stream().filter(m -> m.silo().equals(silo)).findFirst();
    }

    /** Takes its first step when it is released: as slow as a test needs it to be. */
    private record HeldTrainer(QuadraticTrainer trainer, CountDownLatch released)
            implements LocalTrainer {

        @Override
        public LocalResult train(LocalTask task, StepListener progress)
                throws InterruptedException {
            released.await();
            return trainer.train(task, progress);
        }

        @Override
        public DatasetSize datasetSize() {
            return trainer.datasetSize();
        }

        @Override
        public Evaluation evaluate(ModelVersion version, ParameterBuffer parameters) {
            return trainer.evaluate(version, parameters);
        }

        @Override
        public void saveState(Path file) throws IOException {
            trainer.saveState(file);
        }

        @Override
        public void restoreState(Path file) {
            trainer.restoreState(file);
        }

        @Override
        public void close() {
            trainer.close();
        }
    }
}
