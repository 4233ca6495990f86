package io.tributary.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TimeLeftTest {

    private final FederationView view = new FederationView("f");

    @Test
    void isUnknownBeforeTheFirstVersionAndWithoutAnEnd() {
        plan(1, 0);
        assertThat(TimeLeft.seconds(view.snapshot("main", 4_000), 10)).isEmpty();
        publish(1, 5_000);
        assertThat(TimeLeft.seconds(view.snapshot("main", 5_000), 0)).isEmpty();
    }

    @Test
    void isWhatTheLastFiveRoundsTookForEachThatIsLeft() {
        // Round 1 took a minute; the others 10 seconds from plan to plan.
        plan(1, 0);
        publish(1, 60_000);
        for (int round = 2; round <= 8; round++) {
            plan(round, 50_000 + 10_000L * (round - 1));
            publish(round, 50_000 + 10_000L * round);
        }
        assertThat(TimeLeft.seconds(view.snapshot("main", 130_000), 20)).hasValue(120);
        assertThat(TimeLeft.seconds(view.snapshot("main", 133_000), 20)).hasValue(117);
        assertThat(TimeLeft.seconds(view.snapshot("main", 900_000), 20)).hasValue(0);
        assertThat(TimeLeft.seconds(view.snapshot("main", 130_000), 8)).hasValue(0);
    }

    private void plan(int round, long millis) {
        view.accept(Records.plan(round, Map.of("a", 1)), millis);
    }

    private void publish(int version, long millis) {
        view.accept(Records.version(version, "a"), millis);
    }
}
