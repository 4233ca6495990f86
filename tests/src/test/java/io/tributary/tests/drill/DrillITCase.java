package io.tributary.tests.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short drill. What the schedule says happens, and no promise is broken. */
class DrillITCase {

    @Test
    void aFederationOfProcessesSurvivesAFewFaults(@TempDir Path folder) throws Exception {
        var options =
                new DrillOptions(
                        3,
                        3,
                        List.of(
                                FaultKind.TASK_MANAGER_KILLED,
                                FaultKind.SILO_KILLED,
                                FaultKind.UPDATE_UNDER_OLD_ATTEMPT),
                        1,
                        "trimmed-mean(f=1)",
                        "nesterov(lr=0.7, momentum=0.9)",
                        5,
                        "sign-flip");
        var lines = new ArrayList<String>();

        var result =
                new Drill(options, folder.resolve("work"), folder.resolve("logs"), lines::add)
                        .run();

        assertThat(result.violations()).isEmpty();
        assertThat(result.faults())
                .extracting(InjectedFault::fault)
                .containsExactlyElementsOf(options.schedule().faults());
        assertThat(result.faults())
                .extracting(InjectedFault::effect)
                .containsOnly(InjectedFault.Effect.DONE);
        assertThat(result.versions()).isEqualTo(3);
        assertThat(lines).filteredOn(line -> line.startsWith("fault")).hasSize(3);
        assertThat(DrillLines.of(result)).contains("Violations 0");
    }
}
