package io.tributary.cli.control;

import io.tributary.operators.round.PlanChange;
import io.tributary.operators.round.PlanSetting;

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
            var sent =
                    setting.isDuration()
                            ? String.valueOf(Durations.parse(setting.key(), value).toMillis())
                            : value;
            setting.check(sent);
            return sent;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage().startsWith(setting.key())
                            ? e.getMessage()
                            : "%s: %s".formatted(setting.key(), e.getMessage()),
                    e);
        }
    }
}
