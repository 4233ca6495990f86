package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that is cut into chunks is aggregated as if it were whole. */
class ChunkwiseAggregationTest {

    private static final int N = 13;
    private static final int[] CUTS = {0, 1, 500, 513, 1024, 1031};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mean",
                "fednova",
                "krum(f=3)",
                "multi-krum(f=3)",
                "multi-krum(f=2, keep=4, neighbours=3)",
                "geometric-median",
                "geometric-median(iterations=100, nu=1e-6)",
                "centered-clipping(tau=5, iterations=1)",
                "centered-clipping(tau=5, iterations=10)",
                "mda(f=4)",
                "monna(f=4, trusted=2)",
                "nnm(f=3) | mean",
                "nnm(f=3) | multi-krum(f=3)",
                "nnm(f=3) | centered-clipping(tau=5, iterations=3)",
                "bucketing(s=2) | multi-krum(f=1)",
                "fednova | krum(f=3)",
                "caf(f=3)",
                "smea(f=3)",
                "fltrust(trusted=1)",
                "foolsgold",
                "cosine-filter(min=0)",
                "q-fedavg(q=2)",
                "dp-mean(clip=5, noise=0)",
                "clipping(c=3) | mean",
                "arc(f=3) | krum(f=3)",
                "arc(f=3) | nnm(f=3) | smea(f=3)",
                "share-cap(max=0.2) | mean",
                "median",
                "trimmed-mean(f=3)",
                "bulyan(f=2)",
                "nnm(f=3) | trimmed-mean(f=3)",
                "bucketing(s=2) | median"
            })
    void chunksThatNeverMeetGiveTheResultOfTheWhole(String specification) {
        var rule = AggregationRule.parse(specification);
        var random = Matrices.random(N, CUTS[CUTS.length - 1], 1);
        Arrays.fill(random[6], 30);
        assertSame(rule, random);
        assertSame(rule, Matrices.affine(random, 1, 1e3));
    }

    private static void assertSame(AggregationRule rule, float[][] rows) {
        var cohort = cohort();
        var facts = RoundFacts.first(N);
        var centre = Matrices.random(1, rows[0].length, 2)[0];
        var state = new RuleState(centre, Map.of(), Map.of());
        var whole = rule.aggregate(rows, cohort, facts, state);

        var extended = rows;
        if (rule.keeps() == Kept.CENTRE) {
            extended = Arrays.copyOf(rows, N + 1);
            extended[N] = centre;
        }
        var products = new double[Passes.packedLength(extended.length)];
        for (int c = 1; c < CUTS.length; c++) {
            var partial = Passes.products(chunk(extended, c));
            for (int k = 0; k < products.length; k++) {
                products[k] += partial[k];
            }
        }
        var weighing = rule.weigh(Gram.ofPacked(extended.length, products), cohort, facts);
        assertThat(weighing.selected()).isEqualTo(whole.weighing().selected());
        for (int c = 1; c < CUTS.length; c++) {
            var combined = rule.combine(chunk(extended, c), weighing);
            for (int j = 0; j < combined.length; j++) {
                double expected = whole.result()[CUTS[c - 1] + j];
                assertThat(weighing.factor() * combined[j])
                        .isCloseTo(expected, within(1e-12 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    private static Cohort cohort() {
        var uniform = Cohort.uniform(N);
        var work = uniform.normalizers().clone();
        for (int i = 0; i < N; i++) {
            work[i] += i % 3;
        }
        return new Cohort(uniform.names(), uniform.weights(), work, work);
    }

    private static FloatRows chunk(float[][] rows, int index) {
        return new FloatRows(
                Arrays.stream(rows)
                        .map(row -> Arrays.copyOfRange(row, CUTS[index - 1], CUTS[index]))
                        .toArray(float[][]::new));
    }
}
