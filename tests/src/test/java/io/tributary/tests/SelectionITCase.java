package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Cohort;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.operators.rule.RuleState;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rule that compares whole updates does so on a model that is cut into chunks. */
class SelectionITCase {

    private static final String RULE = "multi-krum(f=2, keep=4)";
    private static final int HONEST = 7;
    private static final List<String> SILOS =
            List.of("ash", "birch", "cedar", "elder", "fir", "hazel", "larch", "maple", "oak");
    private static final int VALUES = 1_030;

    /**
     * Two silos send, for ten of eleven chunks, exactly the centre of the others, and something far
     * off for the last: chunk by chunk Multi-Krum would keep them ten times of eleven.
     */
    @Test
    void multiKrumOnManyChunksKeepsTheSilosItKeepsOnTheWholeVector(@TempDir Path work)
            throws Exception {
        var layout = TestLayouts.elevenChunks();
        var rows = rows();
        var whole =
                AggregationRule.parse(RULE)
                        .aggregate(
                                rows,
                                Cohort.uniform(rows.length),
                                RoundFacts.first(rows.length),
                                RuleState.NONE);
        assertThat(whole.weighing().selected()).hasSize(4).doesNotContain(HONEST, HONEST + 1);
        assertThat(firstChunkAlone(rows)).contains(HONEST, HONEST + 1);

        try (var cluster = TestCluster.start(work, 1, 2, 2);
                var federation =
                        TestFederation.create(cluster, SILOS)
                                .with("round.rule", RULE)
                                .with("federation.rounds", 1)) {
            var genesis = federation.begin(layout);
            var plan = federation.awaitPlan(1);
            var global = federation.parameters(genesis);
            for (int i = 0; i < rows.length; i++) {
                federation
                        .silo(SILOS.get(i))
                        .upload(plan, global, parameters(layout, rows[i]), 1, 1);
            }
            var version = federation.awaitVersion(1);

            assertThat(federation.weights())
                    .singleElement()
                    .satisfies(
                            weights -> {
                                assertThat(weights.selected())
                                        .isEqualTo(whole.weighing().selected());
                                assertThat(weights.rule()).isEqualTo(RULE);
                                assertThat(weights.silos()).isEqualTo(SILOS);
                                assertThat(weights.note()).isEmpty();
                            });
            var made = values(federation.parameters(version));
            for (int j = 0; j < VALUES; j++) {
                assertThat((double) made[j]).isCloseTo(whole.result()[j], within(1e-6));
            }
        }
    }

    private static int[] firstChunkAlone(float[][] rows) {
        var first = new float[rows.length][];
        for (int i = 0; i < first.length; i++) {
            first[i] = Arrays.copyOf(rows[i], 100);
        }
        return AggregationRule.parse(RULE)
                .aggregate(
                        first,
                        Cohort.uniform(first.length),
                        RoundFacts.first(first.length),
                        RuleState.NONE)
                .weighing()
                .selected();
    }

    private static float[][] rows() {
        var random = new SplittableRandom(11);
        var rows = new float[SILOS.size()][VALUES];
        for (int j = 0; j < VALUES; j++) {
            double centre = 0;
            for (int i = 0; i < HONEST; i++) {
                rows[i][j] = (float) random.nextDouble(-0.1, 0.1);
                centre += rows[i][j] / HONEST;
            }
            boolean last = j >= 1_000;
            rows[HONEST][j] = last ? 5 : (float) centre;
            rows[HONEST + 1][j] = last ? -5 : (float) centre;
        }
        return rows;
    }

    private static ParameterBuffer parameters(ModelLayout layout, float[] values) {
        var parameters = ParameterBuffer.allocate(layout);
        int next = 0;
        for (var span : layout.chunks()) {
            parameters.chunk(span.chunk()).put(values, next, span.elements());
            next += span.elements();
        }
        return parameters;
    }

    private static float[] values(ParameterBuffer parameters) {
        var values = new float[VALUES];
        int next = 0;
        for (var span : parameters.layout().chunks()) {
            parameters.chunk(span.chunk()).get(values, next, span.elements());
            next += span.elements();
        }
        return values;
    }
}
