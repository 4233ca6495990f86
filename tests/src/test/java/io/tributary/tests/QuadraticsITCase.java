package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Silos that do unequal work, on objectives with closed forms, through broker and job. FedNova and
 * the plain mean each converge to the point that theory says, which is not the same one.
 *
 * <p>With gradient descent at rate {@code eta}, silo {@code i} moves by {@code -s_i (w - c_i)},
 * {@code s_i = 1 - (1 - eta a_i)^tau_i}. A round stands still where {@code sum_i p_i k_i (w - c_i)
 * = 0}: for the mean {@code k_i = s_i}, for FedNova {@code k_i = s_i / tau_i}, which tends to
 * {@code eta a_i}, the weighted optimum's, as the rate falls.
 */
@TestInstance(Lifecycle.PER_CLASS)
class QuadraticsITCase {

    private static final Map<String, QuadraticTrainer> SILOS =
            new TreeMap<>(
                    Map.of(
                            "idle", new QuadraticTrainer(1.0, 1.0),
                            "busy", new QuadraticTrainer(0.5, -0.5)));
    private static final Map<String, Integer> STEPS = Map.of("idle", 1, "busy", 10);
    private static final double OPTIMUM = fixedPoint((silo, steps) -> silo.curvature());

    @AutoClose private TestCluster cluster;
    private Path work;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        work = folder;
        cluster = TestCluster.start(folder, 1, 2, 2);
    }

    @Test
    void fedNovaLandsOnItsFixedPointAndTendsToTheOptimumAsTheRateFalls() throws Exception {
        double fast = fixedPoint((silo, steps) -> (1 - silo.contraction(0.2, steps)) / steps);
        double slow = fixedPoint((silo, steps) -> (1 - silo.contraction(0.02, steps)) / steps);

        assertThat(train("fednova", "sgd(lr=1)", 0.2)).isCloseTo(fast, within(1e-6));
        assertThat(train("fednova", "sgd(lr=8)", 0.02)).isCloseTo(slow, within(1e-6));

        assertThat(Math.abs(slow - OPTIMUM)).isLessThan(Math.abs(fast - OPTIMUM) / 5);
    }

    @Test
    void thePlainMeanLandsOnItsOwnFixedPointPulledTowardsTheBusySilo() throws Exception {
        double expected = fixedPoint((silo, steps) -> 1 - silo.contraction(0.2, steps));

        assertThat(train("mean", "sgd(lr=1)", 0.2)).isCloseTo(expected, within(1e-6));

        double fedNova = fixedPoint((silo, steps) -> (1 - silo.contraction(0.2, steps)) / steps);
        assertThat(expected).isLessThan(fedNova - 0.1);
        assertThat(expected).isLessThan(OPTIMUM - 0.1);
    }

    @Test
    void weightsByProcessedTokensAreRefusedForFedNovaWithTheReason() throws Exception {
        try (var federation =
                TestFederation.create(cluster, List.of())
                        .with("round.min-silos", 2)
                        .with("round.rule", "fednova")
                        .with("round.weights", "processed-tokens")) {
            assertThatThrownBy(federation::settings)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("round.weights")
                    .hasMessageContaining("with rule fednova it undoes the normalisation");
        }
    }

    /** Runs silos and job until the model stands still, and returns where. */
    private double train(String rule, String optimizer, double rate) throws Exception {
        int rounds = 30;
        try (var federation =
                TestFederation.create(cluster, SILOS.keySet())
                        .with("round.rule", rule)
                        .with("round.server-optimizer", optimizer)
                        .with("round.local-steps-of.idle", STEPS.get("idle"))
                        .with("round.local-steps-of.busy", STEPS.get("busy"))
                        .with("local.learning-rate", rate)
                        .with("local.min-learning-rate", rate)
                        .with("federation.rounds", rounds)) {
            federation.genesis(TestLayouts.vector(6));
            federation.startJob();
            try (var crew = new Crew(federation, work)) {
                SILOS.forEach(crew::add);
                var version = federation.awaitVersion(1);
                for (int round = 2; round <= rounds; round++) {
                    version = federation.awaitVersion(round);
                }
                var parameters = federation.parameters(version);
                double w = parameters.chunk(0).get(0);
                assertThat((double) parameters.chunk(1).get(1)).isEqualTo(w);
                return w;
            }
        }
    }

    /** Where {@code sum_i p_i k_i (w - c_i)} is zero, for equal weights. */
    private static double fixedPoint(ToDoubleBiFunction<QuadraticTrainer, Integer> k) {
        double pull = 0;
        double stiffness = 0;
        for (var silo : SILOS.entrySet()) {
            double strength = k.applyAsDouble(silo.getValue(), STEPS.get(silo.getKey()));
            pull += strength * silo.getValue().centre();
            stiffness += strength;
        }
        return pull / stiffness;
    }
}
