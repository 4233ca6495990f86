package io.tributary.silo.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a silo brings to training besides the plan.
 *
 * @param data folder with the silo's text
 * @param tokenizerJson Hugging Face {@code tokenizer.json}; null for bytes
 * @param heldOutFraction share of the documents held out for evaluation
 * @param evaluationTokens held-out tokens to predict per evaluation, at the most
 * @param threads threads one tensor operation may use
 * @param seed of the order in which training text is drawn
 */
public record TrainerOptions(
        Path data,
        @Nullable Path tokenizerJson,
        double heldOutFraction,
        int evaluationTokens,
        int threads,
        long seed) {

    /** Bytes as tokens, a tenth held out, 16,384 tokens per evaluation, one thread, seed 1. */
    public static TrainerOptions of(Path data) {
        return new TrainerOptions(data, null, 0.1, 16_384, 1, 1);
    }

    public TrainerOptions withSeed(long other) {
        return new TrainerOptions(
                data, tokenizerJson, heldOutFraction, evaluationTokens, threads, other);
    }

    public TrainerOptions withTokenizer(@Nullable Path json) {
        return new TrainerOptions(data, json, heldOutFraction, evaluationTokens, threads, seed);
    }

    public TrainerOptions withEvaluationTokens(int tokens) {
        return new TrainerOptions(data, tokenizerJson, heldOutFraction, tokens, threads, seed);
    }
}
