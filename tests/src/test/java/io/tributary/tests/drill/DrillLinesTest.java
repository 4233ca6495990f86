package io.tributary.tests.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.tests.drill.InjectedFault.Effect;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DrillLinesTest {

    private static final DrillOptions OPTIONS =
            new DrillOptions(2, 2, List.of(FaultKind.SILO_KILLED), 1, "mean", "sgd(lr=1)", 4, "");

    @Test
    void aFaultThatMissedItsMomentIsNotCountedAsOneThatDidWhatItSays() {
        var result =
                new DrillResult(
                        OPTIONS,
                        List.of(injected(1, Effect.DONE), injected(2, Effect.MOMENT_MISSED)),
                        2,
                        0,
                        8,
                        Map.of(),
                        List.of(),
                        20);

        assertThat(result.missed()).isEqualTo(1);
        assertThat(DrillLines.of(result)).contains("Faults that missed their moment: 1");
    }

    private static InjectedFault injected(int round, Effect effect) {
        var fault = new Fault(FaultKind.SILO_KILLED, round, Moment.PLANNED, 0, false);
        return new InjectedFault(fault, "", effect, 1);
    }
}
