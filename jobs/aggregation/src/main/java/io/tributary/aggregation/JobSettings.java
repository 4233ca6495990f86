package io.tributary.aggregation;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.round.FederationPlan;
import io.tributary.operators.round.WeightBasis;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * The job's options, read, typed and checked against each other before anything starts.
 *
 * @param connection the Kafka cluster
 * @param topics the federation's topics
 * @param plan what every round follows from
 * @param checkpointInterval how often output becomes visible
 * @param transactionTimeout how long output may wait for its checkpoint
 * @param discoveryInterval how often to look for topics of new silos
 * @param uploadTimeout how long an upload may take to be whole
 */
public record JobSettings(
        KafkaConnection connection,
        FederationTopics topics,
        FederationPlan plan,
        Duration checkpointInterval,
        Duration transactionTimeout,
        Duration discoveryInterval,
        Duration uploadTimeout) {

    /** A restart is expected to take no longer. */
    private static final Duration RESTART = Duration.ofSeconds(20);

    /**
     * Reads and checks all options.
     *
     * @throws IllegalArgumentException naming the key, the value and the remedy
     */
    public static JobSettings from(Configuration options) {
        var settings =
                new JobSettings(
                        new KafkaConnection(
                                required(options, JobOptions.BOOTSTRAP_SERVERS),
                                options.get(JobOptions.KAFKA_SECURITY)),
                        new FederationTopics(required(options, JobOptions.FEDERATION)),
                        plan(options),
                        positive(options, JobOptions.CHECKPOINT_INTERVAL),
                        positive(options, JobOptions.TRANSACTION_TIMEOUT),
                        positive(options, JobOptions.DISCOVERY_INTERVAL),
                        positive(options, JobOptions.UPLOAD_TIMEOUT));
        settings.checkTogether();
        return settings;
    }

    private void checkTogether() {
        var shortest = checkpointInterval.plus(RESTART);
        check(
                transactionTimeout.compareTo(shortest) > 0,
                "%s (%s) must exceed %s (%s) plus a restart of %s, or a slow restart loses output;"
                        + " raise it, or checkpoint more often",
                JobOptions.TRANSACTION_TIMEOUT.key(),
                transactionTimeout,
                JobOptions.CHECKPOINT_INTERVAL.key(),
                checkpointInterval,
                RESTART);
        var visible = checkpointInterval.multipliedBy(2);
        check(
                Duration.ofMillis(plan.publishTimeoutMillis()).compareTo(visible) > 0,
                "%s (%s ms) must exceed twice %s (%s): a version is readable only after the next"
                        + " checkpoint",
                JobOptions.PUBLISH_TIMEOUT.key(),
                plan.publishTimeoutMillis(),
                JobOptions.CHECKPOINT_INTERVAL.key(),
                checkpointInterval);
    }

    private static FederationPlan plan(Configuration options) {
        int minSilos = options.get(JobOptions.MIN_SILOS);
        return named(
                "federation.*, round.*",
                () ->
                        new FederationPlan(
                                options.get(JobOptions.MODEL),
                                options.get(JobOptions.ROUNDS),
                                options.get(JobOptions.RULE),
                                options.get(JobOptions.SERVER_OPTIMIZER),
                                named(
                                        JobOptions.CODEC.key(),
                                        () -> Codec.parse(options.get(JobOptions.CODEC))),
                                named(
                                        JobOptions.WEIGHTS.key(),
                                        () -> WeightBasis.parse(options.get(JobOptions.WEIGHTS))),
                                options.get(JobOptions.WEIGHT_CAP),
                                options.get(JobOptions.LOCAL_STEPS),
                                localStepsOf(options),
                                training(options),
                                minSilos,
                                options.getOptional(JobOptions.QUORUM).orElse(minSilos),
                                options.get(JobOptions.GRACE).toMillis(),
                                options.get(JobOptions.DEADLINE).toMillis(),
                                options.get(JobOptions.SILENCE).toMillis(),
                                options.get(JobOptions.PUBLISH_TIMEOUT).toMillis(),
                                options.get(JobOptions.SNAPSHOT_EVERY),
                                options.get(JobOptions.FOLD_QUANTUM_EXPONENT),
                                options.get(JobOptions.SEED)));
    }

    private static Map<String, Integer> localStepsOf(Configuration options) {
        var steps = new TreeMap<String, Integer>();
        options.get(JobOptions.LOCAL_STEPS_OF)
                .forEach(
                        (silo, text) ->
                                steps.put(
                                        silo,
                                        named(
                                                JobOptions.LOCAL_STEPS_OF.key() + "." + silo,
                                                () -> wholeNumber(text))));
        return steps;
    }

    private static LocalTraining training(Configuration options) {
        var training =
                new LocalTraining(
                        solver(options.get(JobOptions.SOLVER)),
                        options.get(JobOptions.LEARNING_RATE),
                        options.get(JobOptions.MIN_LEARNING_RATE),
                        options.get(JobOptions.WARMUP_STEPS),
                        options.get(JobOptions.TOTAL_STEPS),
                        options.get(JobOptions.MOMENTUM),
                        options.get(JobOptions.BETA1),
                        options.get(JobOptions.BETA2),
                        options.get(JobOptions.EPSILON),
                        options.get(JobOptions.WEIGHT_DECAY),
                        options.get(JobOptions.CLIP_NORM),
                        options.get(JobOptions.KEEP_MOMENTS),
                        options.get(JobOptions.BATCH_SIZE),
                        options.get(JobOptions.SEQUENCE_LENGTH));
        inRange(JobOptions.LEARNING_RATE, training.peakLearningRate(), 1e-12, 1e3);
        inRange(
                JobOptions.MIN_LEARNING_RATE,
                training.minLearningRate(),
                0,
                training.peakLearningRate());
        inRange(JobOptions.WARMUP_STEPS, training.warmupSteps(), 0, Integer.MAX_VALUE);
        inRange(JobOptions.MOMENTUM, training.momentum(), 0, Math.nextDown(1.0));
        inRange(JobOptions.BETA1, training.beta1(), 0, Math.nextDown(1.0));
        inRange(JobOptions.BETA2, training.beta2(), 0, Math.nextDown(1.0));
        inRange(JobOptions.EPSILON, training.epsilon(), 1e-30, 1);
        inRange(JobOptions.WEIGHT_DECAY, training.weightDecay(), 0, 1e3);
        inRange(JobOptions.CLIP_NORM, training.clipNorm(), 0, 1e9);
        inRange(JobOptions.BATCH_SIZE, training.batchSize(), 1, 1 << 20);
        inRange(JobOptions.SEQUENCE_LENGTH, training.sequenceLength(), 1, 1 << 24);
        check(
                training.totalSteps() == 0 || training.totalSteps() > training.warmupSteps(),
                "%s (%s) must be 0 or more than %s (%s)",
                JobOptions.TOTAL_STEPS.key(),
                training.totalSteps(),
                JobOptions.WARMUP_STEPS.key(),
                training.warmupSteps());
        return training;
    }

    private static LocalSolver solver(String text) {
        try {
            return LocalSolver.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s must be adamw or sgd, got '%s'".formatted(JobOptions.SOLVER.key(), text),
                    e);
        }
    }

    private static int wholeNumber(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "must be a whole number, got '%s'".formatted(text), e);
        }
    }

    private static String required(Configuration options, ConfigOption<String> option) {
        return options.getOptional(option)
                .filter(value -> !value.isBlank())
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "%s is not set; set it in the configuration file or with"
                                                        .formatted(option.key())
                                                + " -D"
                                                + option.key()
                                                + "=..."));
    }

    private static Duration positive(Configuration options, ConfigOption<Duration> option) {
        var value = options.get(option);
        check(value.toMillis() >= 1, "%s must be at least 1 ms, got %s", option.key(), value);
        return value;
    }

    private static void inRange(ConfigOption<?> option, double value, double low, double high) {
        check(
                value >= low && value <= high,
                "%s must be %s to %s, got %s",
                option.key(),
                low,
                high,
                value);
    }

    private interface Read<T> {
        T get();
    }

    /** Puts the key in front of an error that does not know it. */
    private static <T> T named(String key, Read<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw e.getMessage().matches("(?s)[a-z-]+(\\.[a-z-]+)+.*")
                    ? e
                    : new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static void check(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
