package io.tributary.cli.watch;

import io.tributary.cli.control.Durations;
import io.tributary.operators.round.PlanSetting;
import io.tributary.schemas.control.ControlCommand;
import java.util.Arrays;

/** A command in the words of the command line, that is, as it would be given again. */
public final class CommandText {

    private CommandText() {}

    /** {@code evict acme}, {@code set round.quorum=3}. */
    public static String of(ControlCommand command) {
        var subject = command.subject();
        return switch (command.kind()) {
            case PAUSE -> "pause";
            case RESUME -> "resume";
            case EVICT -> "evict " + subject;
            case READMIT -> "readmit " + subject;
            case CHANGE_PLAN -> "set " + setting(subject, command.value());
            case ROLL_BACK -> "roll-back --to " + subject;
            case STOP -> "stop --after " + subject;
        };
    }

    /** {@code round.deadline=90 s}, which is sent in milliseconds. */
    public static String setting(String key, String value) {
        boolean duration =
                Arrays.stream(PlanSetting.values())
                        .anyMatch(setting -> setting.isDuration() && setting.key().equals(key));
        return "%s=%s".formatted(key, duration ? Durations.ofMillis(value) : value);
    }
}
