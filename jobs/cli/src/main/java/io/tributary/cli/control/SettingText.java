package io.tributary.cli.control;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.round.Fallback;
import io.tributary.operators.round.PlanChange;
import io.tributary.operators.round.PlanSetting;
import io.tributary.operators.round.SampleSize;
import io.tributary.operators.rule.AggregationRule;

/**
 * A changed setting as people write it. What cannot be right by itself is found here; whether it
 * goes with the other settings is for the job to say.
 */
public final class SettingText {

    private SettingText() {}

    /**
     * Reads {@code round.deadline=90 s}.
     *
     * @return the change as it is sent: durations in milliseconds
     * @throws IllegalArgumentException if there is no such setting, or it cannot have such a value
     */
    public static PlanChange parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    "'%s' is not of the form KEY=VALUE, for instance round.quorum=3"
                            .formatted(text));
        }
        var setting = PlanSetting.of(text.substring(0, equals).strip());
        var value = text.substring(equals + 1).strip();
        return new PlanChange(setting.key(), onTheWire(setting, value));
    }

    private static String onTheWire(PlanSetting setting, String value) {
        try {
            return switch (setting) {
                case RULE -> checked(value, AggregationRule.parse(value));
                case FALLBACK -> checked(value, new Fallback(value));
                case SERVER_OPTIMIZER -> checked(value, ServerOptimizer.parse(value));
                case SAMPLE -> new SampleSize(value).specification();
                case MIN_SILOS, QUORUM, LOCAL_STEPS -> whole(value);
                case GRACE -> millis(setting, value, 0);
                case DEADLINE -> millis(setting, value, 1);
                case LEARNING_RATE -> rate(value);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s must be a number, got '%s'".formatted(setting.key(), value), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage().startsWith(setting.key())
                            ? e.getMessage()
                            : "%s: %s".formatted(setting.key(), e.getMessage()),
                    e);
        }
    }

    /** The text is sent as it stands, once it is known that it can be read. */
    private static String checked(String value, Object unused) {
        return value;
    }

    private static String whole(String value) {
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "must be a whole number, got '%s'".formatted(value), e);
        }
        if (number < 1) {
            throw new IllegalArgumentException("must be at least 1, got " + value);
        }
        return String.valueOf(number);
    }

    private static String millis(PlanSetting setting, String value, long low) {
        long millis = Durations.parse(setting.key(), value).toMillis();
        if (millis < low) {
            throw new IllegalArgumentException(
                    "must be at least %s ms, got %s".formatted(low, value));
        }
        return String.valueOf(millis);
    }

    private static String rate(String value) {
        double rate = Double.parseDouble(value);
        if (!(rate > 0 && rate <= 1e3)) {
            throw new IllegalArgumentException("must be above 0 and at most 1000, got " + value);
        }
        return value;
    }
}
