package io.tributary.cli.doctor;

import io.tributary.cli.sizing.Workload;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.round.FederationPlan;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The model that is to be sized, and how its rounds are planned.
 *
 * @param parameters values of the newest version; null if there is none, or none that the caller
 *     can read
 * @param codec of the updates
 * @param versionCodec of the versions
 * @param rule that combines them
 * @param optimizer of the server
 * @param snapshotEvery versions from one with moments to the next
 * @param deadline of a round
 */
public record ModelInUse(
        @Nullable Long parameters,
        Codec codec,
        Codec versionCodec,
        String rule,
        String optimizer,
        int snapshotEvery,
        Duration deadline) {

    /** One round an hour, kept for a week: nothing here depends on it. */
    private static final Duration INTERVAL = Duration.ofHours(1);

    private static final Duration RETENTION = Duration.ofDays(7);

    /** What the job's settings say. */
    public static ModelInUse of(FederationPlan plan) {
        return new ModelInUse(
                null,
                plan.codec(),
                plan.versionCodec(),
                plan.rule(),
                plan.serverOptimizer(),
                plan.snapshotEvery(),
                Duration.ofMillis(plan.deadlineMillis()));
    }

    /**
     * What the log says of the newest version and the newest plan; what it does not say stays.
     *
     * @param planToo whether the newest plan counts more than this one's
     * @throws org.apache.kafka.common.KafkaException if the log cannot be read
     */
    public ModelInUse fromLog(
            KafkaConnection connection,
            FederationTopics topics,
            String model,
            boolean planToo,
            Duration timeout) {
        try (var follower = FederationFollower.newest(connection, topics, model)) {
            follower.catchUp(timeout);
            var read =
                    follower.newestVersion(model)
                            .map(version -> withParameters(version.layout().elements()))
                            .orElse(this);
            var plan = follower.newestPlan(model).filter(newest -> planToo);
            return plan.map(
                            p ->
                                    new ModelInUse(
                                            read.parameters,
                                            p.codec(),
                                            versionCodec,
                                            p.rule(),
                                            p.serverOptimizer(),
                                            snapshotEvery,
                                            Duration.ofMillis(p.deadlineMillis())))
                    .orElse(read);
        }
    }

    /** The same of another size. */
    public ModelInUse withParameters(long count) {
        return new ModelInUse(count, codec, versionCodec, rule, optimizer, snapshotEvery, deadline);
    }

    /**
     * What is to be sized.
     *
     * @param copies of each partition
     * @return empty if the size is not known, or the rule is not defined for so few silos
     */
    public Optional<Workload> workload(int silos, int copies, double bytesPerSecond) {
        if (parameters == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Workload(
                            parameters,
                            silos,
                            codec,
                            versionCodec,
                            AggregationRule.parse(rule),
                            ServerOptimizer.parse(optimizer),
                            snapshotEvery,
                            1,
                            INTERVAL,
                            RETENTION,
                            copies,
                            bytesPerSecond));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // told where settings and topics are compared
        }
    }
}
