package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
}
