package io.tributary.cli.watch;

import static io.tributary.cli.watch.Records.outcome;
import static io.tributary.cli.watch.Records.plan;
import static io.tributary.cli.watch.Records.presence;
import static io.tributary.cli.watch.Records.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.silo.SiloPresence.Phase;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A round of two silos with a quorum of two and a deadline of a minute. */
class RoundPhaseTest {

    private final FederationView view = new FederationView("f");

    @Test
    void aRoundGoesThroughItsPhases() {
        view.accept(version(0), 0);
        assertThat(phase(500)).isEqualTo(RoundPhase.IDLE);

        view.accept(plan(1, Map.of("a", 40, "b", 40), 2, 0), 1_000);
        assertThat(phase(2_000)).isEqualTo(RoundPhase.TRAINING);

        uploads("a", 10_000);
        assertThat(phase(11_000)).as("one is not enough").isEqualTo(RoundPhase.TRAINING);

        uploads("b", 12_000);
        assertThat(phase(13_000)).isEqualTo(RoundPhase.CLOSING);

        view.accept(Records.closed(1, "a", "b"), 14_000);
        assertThat(phase(14_500)).isEqualTo(RoundPhase.PUBLISHING);

        view.accept(version(1, "a", "b"), 15_000);
        assertThat(phase(15_500)).isEqualTo(RoundPhase.IDLE);
    }

    @Test
    void withoutAQuorumItIsLateFromTheDeadlineOnAndWhenItGoesOn() {
        view.accept(version(0), 0);
        view.accept(plan(1, Map.of("a", 40, "b", 40), 2, 0), 1_000);
        assertThat(phase(61_000)).isEqualTo(RoundPhase.TRAINING);
        assertThat(phase(61_001)).isEqualTo(RoundPhase.LATE);

        view.accept(outcome(1, RoundStatus.EXTENDED, "nobody came"), 61_500);
        view.accept(plan(1, Map.of("a", 40, "b", 40), 2, 0), 61_500);
        assertThat(phase(62_000)).isEqualTo(RoundPhase.LATE);
    }

    @Test
    void theExpectedTimeBetweenVersionsIsTheMedianOfTheLastTen() {
        assertThat(RoundSpacing.seconds(view.snapshot(Records.MODEL, 0))).isEmpty();
        view.accept(version(0), 0);
        assertThat(RoundSpacing.seconds(view.snapshot(Records.MODEL, 0))).isEmpty();

        long at = 0;
        for (int v = 1; v <= 30; v++) {
            at += v <= 20 ? 1_000 : v == 25 ? 900_000 : 4_000;
            view.accept(version(v, "a"), at);
        }

        assertThat(RoundSpacing.seconds(view.snapshot(Records.MODEL, at))).hasValue(4);
    }

    private RoundPhase phase(long nowMillis) {
        return RoundPhase.of(view.snapshot(Records.MODEL, nowMillis));
    }

    private void uploads(String silo, long millis) {
        view.accept(silo, presence(Phase.UPLOADING, 1, 40, 40, 0), millis - 500);
        view.accept(silo, presence(Phase.IDLE, 1, 40, 40, 0), millis);
    }
}
