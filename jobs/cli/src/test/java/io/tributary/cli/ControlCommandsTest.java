package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.round.PlanSetting;
import org.junit.jupiter.api.Test;

class ControlCommandsTest {

    @Test
    void theHelpNamesTheCodesThatAreGiven() {
        assertThat(Ended.run("control", "--help").out().lines().map(String::strip))
                .anyMatch(line -> line.matches(ExitCode.NOT_FOUND + " +there is no such .*"))
                .anyMatch(line -> line.matches(ExitCode.REFUSED + " +the job has refused .*"))
                .anyMatch(line -> line.matches(ExitCode.UNANSWERED + " +no job has answered .*"))
                .noneMatch(line -> line.matches(ExitCode.WARNINGS + " .*"));
    }

    @Test
    void theHelpNamesWhatCanBeSet() {
        var help = unwrapped(Ended.run("control", "set", "--help").out());

        assertThat(help).contains(unwrapped(String.join(", ", PlanSetting.keys()) + "; values"));
    }

    /** The help breaks lines, also within words. */
    private static String unwrapped(String text) {
        return text.replaceAll("\\s+", "");
    }
}
