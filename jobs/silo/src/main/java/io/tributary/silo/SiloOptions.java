package io.tributary.silo;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.SiloTimes;
import io.tributary.kafka.topics.FederationTopics;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a silo needs to know besides its text.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param silo silo id
 * @param model model line to take part in
 * @param stateDirectory where the silo keeps what a restart needs: solver moments, attempts, what
 *     it has evaluated
 * @param heartbeat time between two signs of life
 * @param evaluationDelay how long a new version waits for a plan before it is evaluated: a plan
 *     usually follows at once, and training goes first
 * @param uploadTimeout longest time an upload may take, at most the broker's {@code
 *     transaction.max.timeout.ms}
 */
public record SiloOptions(
        KafkaConnection connection,
        FederationTopics topics,
        String silo,
        String model,
        Path stateDirectory,
        Duration heartbeat,
        Duration evaluationDelay,
        Duration uploadTimeout) {

    public SiloOptions {
        FederationTopics.checkSilo(silo);
        checkPositive(heartbeat, "heartbeat");
        checkPositive(uploadTimeout, "upload timeout");
        if (evaluationDelay.isNegative()) {
            throw new IllegalArgumentException(
                    "evaluation delay must not be negative, got " + evaluationDelay);
        }
    }

    /** The defaults: model {@code main}, a heartbeat every 3 s. */
    public static SiloOptions of(
            KafkaConnection connection, String federation, String silo, Path stateDirectory) {
        return of(connection, new FederationTopics(federation), silo, stateDirectory);
    }

    /** The same defaults, for a silo of a region, too. */
    public static SiloOptions of(
            KafkaConnection connection, FederationTopics topics, String silo, Path stateDirectory) {
        return new SiloOptions(
                connection,
                topics,
                silo,
                "main",
                stateDirectory,
                SiloTimes.DEFAULT.heartbeat(),
                Duration.ofSeconds(3),
                SiloTimes.DEFAULT.uploadTimeout());
    }

    public SiloOptions withModel(String model) {
        return new SiloOptions(
                connection,
                topics,
                silo,
                model,
                stateDirectory,
                heartbeat,
                evaluationDelay,
                uploadTimeout);
    }

    public SiloOptions withHeartbeat(Duration heartbeat) {
        return new SiloOptions(
                connection,
                topics,
                silo,
                model,
                stateDirectory,
                heartbeat,
                evaluationDelay,
                uploadTimeout);
    }

    public SiloOptions withEvaluationDelay(Duration evaluationDelay) {
        return new SiloOptions(
                connection,
                topics,
                silo,
                model,
                stateDirectory,
                heartbeat,
                evaluationDelay,
                uploadTimeout);
    }

    public SiloOptions withUploadTimeout(Duration uploadTimeout) {
        return new SiloOptions(
                connection,
                topics,
                silo,
                model,
                stateDirectory,
                heartbeat,
                evaluationDelay,
                uploadTimeout);
    }

    private static void checkPositive(Duration value, String what) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(
                    "%s must be positive, got %s".formatted(what, value));
        }
    }
}
