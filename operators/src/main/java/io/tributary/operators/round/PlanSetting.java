package io.tributary.operators.round;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.round.LocalTraining;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The settings of a federation that can be changed from the next round on, while it runs. */
public enum PlanSetting {
    RULE("round.rule"),
    FALLBACK("round.fallback"),
    SERVER_OPTIMIZER("round.server-optimizer"),
    MIN_SILOS("round.min-silos"),
    SAMPLE("round.sample"),
    QUORUM("round.quorum"),
    GRACE("round.grace"),
    DEADLINE("round.deadline"),
    LOCAL_STEPS("round.local-steps"),
    LEARNING_RATE("local.learning-rate");

    /** A thousand years: times that are added to it are still times. */
    private static final long LONGEST_MILLIS = 31_556_952_000_000L;

    private final String key;

    PlanSetting(String key) {
        this.key = key;
    }

    /** The job option that it replaces. */
    public String key() {
        return key;
    }

    /** All keys, for messages. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(PlanSetting::key).toList();
    }

    /**
     * @throws IllegalArgumentException if there is no such setting, naming those there are
     */
    public static PlanSetting of(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "'%s' cannot be changed while a federation runs; %s can"
                                                .formatted(
                                                        key,
                                                        keys().stream()
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }

    /**
     * Changes this setting.
     *
     * @param value durations in milliseconds; everything else as the job's options have it
     * @throws IllegalArgumentException if the value cannot be read
     */
    void set(FederationPlan.Settings settings, String value) {
        switch (this) {
            case RULE -> settings.rule = value;
            case FALLBACK -> settings.fallback = value;
            case SERVER_OPTIMIZER -> settings.serverOptimizer = value;
            case MIN_SILOS -> settings.minSilos = whole(value);
            case SAMPLE -> settings.sample = new SampleSize(value);
            case QUORUM -> settings.quorum = whole(value);
            case GRACE -> settings.graceMillis = millis(value, 0);
            case DEADLINE -> settings.deadlineMillis = millis(value, 1);
            case LOCAL_STEPS -> settings.localSteps = whole(value);
            case LEARNING_RATE -> settings.training = withRate(settings.training, value);
        }
    }

    /**
     * Finds what cannot be right whatever the other settings are.
     *
     * @param value durations in milliseconds; everything else as the job's options have it
     * @throws IllegalArgumentException if the value cannot be read, or is out of its range
     */
    public void check(String value) {
        var unused =
                switch (this) {
                    case RULE -> AggregationRule.parse(value);
                    case FALLBACK -> new Fallback(value);
                    case SERVER_OPTIMIZER -> ServerOptimizer.parse(value);
                    case SAMPLE -> new SampleSize(value);
                    case MIN_SILOS, QUORUM, LOCAL_STEPS -> whole(value);
                    case GRACE -> millis(value, 0);
                    case DEADLINE -> millis(value, 1);
                    case LEARNING_RATE -> rate(value);
                };
    }

    /** Whether its value is a duration, which travels in milliseconds. */
    public boolean isDuration() {
        return this == GRACE || this == DEADLINE;
    }

    /** The value in words, with the largest unit that it is a whole number of. */
    String describe(String value) {
        return isDuration() ? duration(Long.parseLong(value)) : value;
    }

    private static String duration(long millis) {
        if (millis == 0 || millis % 1_000 != 0) {
            return millis + " ms";
        }
        long seconds = millis / 1_000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + " d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + " h";
        }
        return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }

    /** A month has more milliseconds than an int can count. */
    private long millis(String value, long low) {
        long millis;
        try {
            millis = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s must be a number of milliseconds, got '%s'".formatted(key, value), e);
        }
        if (millis < low || millis > LONGEST_MILLIS) {
            throw new IllegalArgumentException(
                    "%s must be %s to %s ms, got %s".formatted(key, low, LONGEST_MILLIS, value));
        }
        return millis;
    }

    private int whole(String value) {
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s must be a whole number, got '%s'".formatted(key, value), e);
        }
        if (number < 1) {
            throw new IllegalArgumentException(
                    "%s must be at least 1, got %s".formatted(key, value));
        }
        return number;
    }

    private double rate(String value) {
        double rate;
        try {
            rate = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s must be a number, got '%s'".formatted(key, value), e);
        }
        if (!(rate > 0 && rate <= 1e3)) {
            throw new IllegalArgumentException(
                    "%s must be above 0 and at most 1000, got %s".formatted(key, value));
        }
        return rate;
    }

    private LocalTraining withRate(LocalTraining training, String value) {
        double rate = rate(value);
        if (rate < training.minLearningRate()) {
            throw new IllegalArgumentException(
                    "%s must be at least local.min-learning-rate (%s), got %s"
                            .formatted(key, training.minLearningRate(), value));
        }
        return new LocalTraining(
                training.solver(),
                rate,
                training.minLearningRate(),
                training.warmupSteps(),
                training.totalSteps(),
                training.momentum(),
                training.beta1(),
                training.beta2(),
                training.epsilon(),
                training.weightDecay(),
                training.clipNorm(),
                training.keepMoments(),
                training.batchSize(),
                training.sequenceLength());
    }
}
