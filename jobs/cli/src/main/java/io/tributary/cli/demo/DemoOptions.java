package io.tributary.cli.demo;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a caller of the demo chooses.
 *
 * @param rounds rounds to train
 * @param silos number of silos, if the demo's own text is used
 * @param rule aggregation rule
 * @param serverOptimizer server optimizer
 * @param codec codec of the updates
 * @param workSpread how many times the local steps of the busiest silo are those of the idlest
 * @param pace how the rounds follow each other
 * @param slow the silo that is slower than the others; null for none
 * @param data folder with one folder of text per silo; null for the demo's own text
 * @param seed of the initial model and of the order of the text
 * @param output where the model, the picture and the prepared text go
 * @param report where to write the report; null for none
 * @param page whether a live page shows the federation
 */
public record DemoOptions(
        int rounds,
        int silos,
        String rule,
        String serverOptimizer,
        String codec,
        double workSpread,
        DemoPace pace,
        @Nullable SlowSilo slow,
        @Nullable Path data,
        long seed,
        Path output,
        @Nullable Path report,
        boolean page) {

    /**
     * @throws IllegalArgumentException naming the first option that cannot work
     */
    public DemoOptions {
        check(rounds >= 1, "--rounds must be at least 1, got " + rounds);
        check(silos >= 1 && silos <= 64, "--silos must be 1 to 64, got " + silos);
        check(
                workSpread >= 1 && workSpread <= 100,
                "--work-spread must be 1 to 100, got " + workSpread);
        check("--rule", () -> AggregationRule.parse(rule));
        check("--optimizer", () -> ServerOptimizer.parse(serverOptimizer));
        check("--codec", () -> Codec.parse(codec));
    }

    private static void check(String option, Supplier<?> parse) {
        try {
            var parsed = parse.get();
            check(parsed != null, option + " cannot be read");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
