package io.tributary.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cli.LauncherVerbs;
import io.tributary.tests.drill.DrillCommand;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What completion says of commands that it cannot see. */
class LauncherVerbsTest {

    @Test
    void completionKnowsTheCommandsThatRunFromTheTestClasses() {
        assertThat(LauncherVerbs.COMMANDS.get("bench"))
                .containsExactlyInAnyOrderElementsOf(
                        new CommandLine(Bench.class).getSubcommands().keySet());
        assertThat(LauncherVerbs.COMMANDS.get("drill"))
                .containsExactlyInAnyOrderElementsOf(
                        new CommandLine(DrillCommand.class).getSubcommands().keySet());
    }
}
