package io.tributary.cli.pace;

import io.tributary.cli.demo.SlowSilo;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is compared.
 *
 * @param arms at least one
 * @param seeds of the initial model and of the order of the text; at least one
 * @param silos number of silos, if the demo's own text is used
 * @param rounds synchronous rounds of all silos; every arm stops when versions hold as many updates
 * @param localSteps of every silo in a round
 * @param learningRate of local training, after the warm-up
 * @param serverOptimizer server optimizer
 * @param stalenessExponent of the discount of late updates
 * @param slow the silo that is slower than the others
 * @param heldOutTokens of each silo that a version is measured on, at most
 * @param data folder with one folder of text per silo; null for the demo's own text
 * @param output where the report, the pictures and the prepared text go
 */
public record PaceOptions(
        List<Arm> arms,
        List<Long> seeds,
        int silos,
        int rounds,
        int localSteps,
        double learningRate,
        String serverOptimizer,
        double stalenessExponent,
        SlowSilo slow,
        int heldOutTokens,
        @Nullable Path data,
        Path output) {

    /**
     * @throws IllegalArgumentException naming the first option that cannot work
     */
    public PaceOptions {
        check(!arms.isEmpty(), "--arm needs at least one");
        check(!seeds.isEmpty(), "--seeds must be at least 1");
        check(silos >= 2 && silos <= 64, "--silos must be 2 to 64, got " + silos);
        check(rounds >= 1, "--rounds must be at least 1, got " + rounds);
        check(localSteps >= 1, "--local-steps must be at least 1, got " + localSteps);
        check(
                learningRate > 0 && learningRate <= 1,
                "--learning-rate must be above 0 and at most 1, got " + learningRate);
        check(heldOutTokens >= 1, "--held-out must be at least 1, got " + heldOutTokens);
        arms = List.copyOf(arms);
        seeds = List.copyOf(seeds);
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
