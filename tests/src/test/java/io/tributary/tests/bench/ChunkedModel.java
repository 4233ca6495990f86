package io.tributary.tests.bench;

import io.tributary.operators.kernel.Passes;
import io.tributary.operators.kernel.RowSource;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Cohort;
import io.tributary.operators.rule.Evidence;
import io.tributary.operators.rule.Gram;
import io.tributary.operators.rule.Kept;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.schemas.model.ModelLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The deltas of a cohort, cut into chunks as they travel, and their aggregation as the job does it:
 * what chunks say of the rows' inner products is summed in their order, the rule weighs once, and
 * every chunk is combined by that.
 */
final class ChunkedModel {

    private static final int CHUNK = ModelLayout.MAX_CHUNK_ELEMENTS;

    private final AggregationRule rule;
    private final Cohort cohort;
    private final int rows;
    private final List<float[][]> values = new ArrayList<>();
    private final List<RowSource> chunks = new ArrayList<>();

    /**
     * Silos of equal weight; of unequal weight for a rule that is nothing but a weighted sum. A
     * rule that keeps a centre finds it at zero.
     *
     * @param keepValues whether {@link #values()} will be asked for
     */
    ChunkedModel(String rule, Input input, int silos, int coordinates, boolean keepValues) {
        this.rule = AggregationRule.parse(rule);
        cohort = this.rule.folding().isPresent() ? ranked(silos) : Cohort.uniform(silos);
        rows = this.rule.keeps() == Kept.CENTRE ? silos + 1 : silos;
        var deltas = new SyntheticDeltas(silos);
        for (int from = 0; from < coordinates; from += CHUNK) {
            var chunk = new float[rows][Math.min(CHUNK, coordinates - from)];
            deltas.fill(chunk);
            if (keepValues) {
                values.add(chunk);
            }
            chunks.add(input.rows(chunk));
        }
    }

    /** The rows as floats, whatever form the kernels see them in. */
    float[][] values() {
        return values.stream().flatMap(Arrays::stream).toArray(float[][]::new);
    }

    /** The combined delta, chunk by chunk, in this thread. */
    double[][] aggregate() {
        return aggregate(
                work -> {
                    var results = new double[chunks.size()][];
                    for (int c = 0; c < results.length; c++) {
                        results[c] = work.apply(c);
                    }
                    return results;
                });
    }

    /** The same bits from several threads. */
    double[][] aggregate(Workers workers) {
        return aggregate(work -> workers.each(chunks.size(), work));
    }

    private double[][] aggregate(Function<IntFunction<double[]>, double[][]> overChunks) {
        var gram =
                rule.evidence() == Evidence.COHORT
                        ? Gram.unknown(rows)
                        : gram(overChunks.apply(c -> Passes.products(chunks.get(c))));
        var weighing = rule.weigh(gram, cohort, RoundFacts.first(cohort.size()));
        return overChunks.apply(c -> rule.combine(chunks.get(c), weighing));
    }

    private Gram gram(double[][] partial) {
        var sum = new double[Passes.packedLength(rows)];
        for (var products : partial) {
            for (int k = 0; k < sum.length; k++) {
                sum[k] += products[k];
            }
        }
        return Gram.ofPacked(rows, sum);
    }

    private static Cohort ranked(int silos) {
        var weights = new double[silos];
        for (int i = 0; i < silos; i++) {
            weights[i] = i + 1;
        }
        return Cohort.weighted(weights);
    }
}
