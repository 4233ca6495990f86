package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Upload;
import io.tributary.operators.round.AcceptedUpdate;
import io.tributary.operators.round.SiloStanding;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import java.util.List;
import org.junit.jupiter.api.Test;

class SiloMetricsTest {

    private static final long SILENCE_MILLIS = 30_000;

    private final ShownMetrics shown = new ShownMetrics();
    private final SiloMetrics silos = metrics(shown);

    @Test
    void aFigureAppearsWhenThereIsSomethingToShow() {
        silos.standings(List.of(standing("acme", 0, false)));
        assertThat(shown.gauges()).containsOnlyKeys("liveSilos", "silo_live{silo=acme}");

        silos.seen("acme", PRESENCE, shown.clock.get());
        assertThat(shown.gauges()).containsKey("silo_lastSeenSeconds{silo=acme}");
        silos.accepted(accepted("acme"));
        assertThat(shown.gauges())
                .containsKeys(
                        "silo_updateNorm{silo=acme}",
                        "silo_weight{silo=acme}",
                        "silo_trainLoss{silo=acme}")
                .doesNotContainKey("silo_perplexity{silo=acme}");
        silos.evaluated("acme", new SiloEvaluation("main", 3, 20, 10, 40));

        assertThat(shown.of("silo_updateNorm{silo=acme}"))
                .isEqualTo(accepted("acme").update().norm());
        assertThat(shown.of("silo_weight{silo=acme}")).isEqualTo(0.25);
        assertThat(shown.of("silo_acceptedUpdates{silo=acme}")).isEqualTo(1);
        assertThat(shown.of("silo_evaluatedVersion{silo=acme}")).isEqualTo(3);
        assertThat(shown.of("silo_evaluatedNats{silo=acme}")).isEqualTo(20);
        assertThat(shown.of("silo_evaluatedTokens{silo=acme}")).isEqualTo(10);
        assertThat(shown.of("silo_perplexity{silo=acme}")).isCloseTo(Math.exp(2), within(1e-12));
    }

    /** Nobody has to say anything for a silo to fall silent. */
    @Test
    void aSiloThatIsSilentIsNotLiveAnyMore() {
        long now = shown.clock.get();
        silos.seen("acme", PRESENCE, now);
        silos.standings(List.of(standing("acme", now, false), standing("beta", now, true)));
        assertThat(shown.of("liveSilos")).isEqualTo(1);
        assertThat(shown.of("silo_live{silo=acme}")).isEqualTo(1);

        shown.clock.addAndGet(SILENCE_MILLIS);
        assertThat(shown.of("liveSilos")).isEqualTo(1);
        shown.clock.addAndGet(1_000);

        assertThat(shown.of("liveSilos")).isZero();
        assertThat(shown.of("silo_live{silo=acme}")).isZero();
        assertThat(shown.of("silo_lastSeenSeconds{silo=acme}")).isEqualTo(31);
    }

    @Test
    void whatIsShownIsShownAgainButOfTheEvicted() {
        long now = shown.clock.get();
        silos.seen("acme", PRESENCE, now);
        silos.accepted(accepted("acme"));
        silos.evaluated("acme", new SiloEvaluation("main", 3, 20, 10, 40));
        silos.seen("beta", PRESENCE, now);
        silos.standings(List.of(standing("acme", now, false), standing("beta", now, false)));
        silos.standings(List.of(standing("acme", now, false), standing("beta", now, true)));
        assertThat(shown.of("silo_live{silo=beta}")).isZero();

        var again = new ShownMetrics();
        metrics(again).show(silos.figures());

        var expected = shown.gauges();
        expected.keySet().removeIf(name -> name.contains("beta"));
        assertThat(again.gauges()).isEqualTo(expected);
    }

    private static SiloMetrics metrics(ShownMetrics shown) {
        return new SiloMetrics(shown.group(), SILENCE_MILLIS, shown.clock::get);
    }

    private static final SiloPresence PRESENCE =
            new SiloPresence(
                    SiloPresence.Kind.HEARTBEAT,
                    1,
                    1_000,
                    10,
                    SiloPresence.Phase.IDLE,
                    "",
                    0,
                    0,
                    0,
                    0);

    private static SiloStanding standing(String silo, long seenMillis, boolean evicted) {
        return new SiloStanding(silo, seenMillis, 1_000, 10, List.of(), evicted);
    }

    private static AcceptedUpdate accepted(String silo) {
        return new AcceptedUpdate(Upload.of(silo, 1).complete(9), 0.25);
    }
}
