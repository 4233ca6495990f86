package io.tributary.tests.bench.pipeline;

import io.tributary.schemas.codec.Codec;
import java.util.ArrayList;
import java.util.List;

/**
 * The cases of a sweep: sizes of models and numbers of silos, from which costs are fitted; one that
 * is twice as large as the largest of them, which checks the fit; small ones; and other codecs and
 * rules.
 *
 * @param base what all of them have in common; its parameters are the largest that are fitted
 */
record Sweep(PipelineCase base) {

    private static final List<String> RULES =
            List.of("fednova", "median", "trimmed-mean(f=1)", "multi-krum(f=1)");

    /**
     * What the costs are fitted to. The fit is for larger models still, so none of these is small:
     * a value of a small one costs more.
     */
    List<PipelineCase> sizes() {
        long largest = base.parameters();
        return List.of(
                base.of(largest / 4, 8),
                base.of(largest / 4, 32),
                base.of(largest / 2, 4),
                base.of(largest / 2, 16),
                base.of(largest, 2),
                base.of(largest, 8));
    }

    /** Where it matters what does not depend on the model. */
    List<PipelineCase> small() {
        long largest = base.parameters();
        return List.of(
                base.of(largest / 100, 8), base.of(largest / 10, 2), base.of(largest / 10, 64));
    }

    /** What the fit has not seen. */
    PipelineCase twice() {
        return base.of(2 * base.parameters(), 8);
    }

    /** What else changes the cost. */
    List<PipelineCase> others() {
        var middle = base.of(base.parameters() / 2, 8);
        var cases = new ArrayList<PipelineCase>();
        for (var codec : List.of(Codec.F32, Codec.BF16)) {
            if (codec != base.codec()) {
                cases.add(middle.withCodec(codec));
            }
        }
        for (var rule : RULES) {
            if (!rule.equals(base.rule())) {
                cases.add(middle.withRule(rule));
            }
        }
        return cases;
    }
}
