package io.tributary.cli.sizing;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import java.time.Duration;

/**
 * What is to be sized; named as the job's options where they have the same meaning.
 *
 * @param parameters of the model
 * @param silos that take part in a round
 * @param codec of the updates, {@code round.codec}
 * @param versionCodec of the versions, {@code round.version-codec}
 * @param rule {@code round.rule}
 * @param optimizer {@code round.server-optimizer}
 * @param snapshotEvery {@code round.snapshot-every}
 * @param parallelism of the job; 0 for what {@link Sizing#parallelism()} chooses
 * @param interval from one version to the next
 * @param retention how long updates and versions are kept
 * @param copies of every partition
 * @param bytesPerSecond of a silo's link to the brokers, in each direction
 */
public record Workload(
        long parameters,
        int silos,
        Codec codec,
        Codec versionCodec,
        AggregationRule rule,
        ServerOptimizer optimizer,
        int snapshotEvery,
        int parallelism,
        Duration interval,
        Duration retention,
        int copies,
        double bytesPerSecond) {

    private static final int LARGEST_PARALLELISM = 360;

    /**
     * @throws IllegalArgumentException if a value is out of range, or the rule is not defined for
     *     so many silos
     */
    public Workload {
        atLeast(1, parameters, "the number of parameters");
        atLeast(1, silos, "the number of silos");
        atLeast(1, snapshotEvery, "the number of versions from snapshot to snapshot");
        atLeast(0, parallelism, "the parallelism");
        if (parallelism > LARGEST_PARALLELISM) {
            throw new IllegalArgumentException(
                    "the parallelism must be at most %s, got %s"
                            .formatted(LARGEST_PARALLELISM, parallelism));
        }
        atLeast(1, copies, "the number of copies");
        atLeast(1, interval.toMillis(), "the milliseconds between two versions");
        atLeast(1, retention.toMillis(), "the milliseconds of retention");
        if (!(bytesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "the bandwidth must be above 0, got " + bytesPerSecond);
        }
        if (versionCodec == Codec.F16) {
            throw new IllegalArgumentException(
                    "versions are f32 or bf16: parameters have no bound, and f16 ends at 65,504");
        }
        rule.checkPlanned(silos);
    }

    /** The same of a model of another size. */
    public Workload withParameters(long parameters) {
        return new Workload(
                parameters,
                silos,
                codec,
                versionCodec,
                rule,
                optimizer,
                snapshotEvery,
                parallelism,
                interval,
                retention,
                copies,
                bytesPerSecond);
    }

    private static void atLeast(long low, long value, String what) {
        if (value < low) {
            throw new IllegalArgumentException(
                    "%s must be at least %s, got %s".formatted(what, low, value));
        }
    }
}
