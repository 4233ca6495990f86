package io.tributary.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.privacy.PrivacyLedger;
import io.tributary.schemas.model.Measurement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTextTest {

    @Test
    void saysHowThingsStand() throws InterruptedException {
        var text = StatusText.of(midRun());

        assertThat(text)
                .contains("federation demo, model main\n")
                .contains("version 6, 1.04 M parameters", "digest digest-6\n")
                .contains("version 6 measured by 4 silos: perplexity 29.21")
                .contains("round 7 open for 0:01: 4 silos, quorum 1, fednova, nesterov(lr=0.7, ")
                .containsPattern("code +training +\\d+/40 +2,4\\d\\d +0:00 ago +1\\.50 M +6 ")
                .containsPattern("\n +4  3 of 4 +5\\.5 +1 +0 +57\\.50\n")
                .containsPattern("\n +7  - of 4 +- +0 +0 +-\n")
                .contains("  late: xml, round 4: a reason in words\n")
                .endsWith("\n")
                .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]| \n");
    }

    @Test
    void saysWhatIsNotThereYet() {
        var empty = new FederationView("f").snapshot("main", 0);

        assertThat(StatusText.of(empty))
                .isEqualTo(
                        "federation f, model main\nno version yet\nno open round\n\nno silos yet\n");
        var json = StatusJson.of(empty);
        assertThat(json.get("version").isNull()).isTrue();
        assertThat(json.get("openRound").isNull()).isTrue();
        assertThat(json.get("evaluation").isNull()).isTrue();
    }

    @Test
    void saysTheSameToScripts() throws InterruptedException {
        var json = StatusJson.of(midRun());

        assertThat(json.get("version").asInt()).isEqualTo(6);
        assertThat(json.at("/evaluation/silos").asInt()).isEqualTo(4);
        assertThat(json.at("/evaluation/perplexity").asDouble()).isCloseTo(29.21, within(0.01));
        assertThat(json.at("/openRound/round").asInt()).isEqualTo(7);
        assertThat(json.at("/openRound/localSteps/names").asInt()).isEqualTo(80);
        assertThat(json.at("/silos/xml/phase").asText()).isEqualTo("training");
        assertThat(json.at("/silos/xml/late").asInt()).isEqualTo(1);
        assertThat(json.at("/silos/xml/evaluation/version").asInt()).isEqualTo(6);
        assertThat(json.at("/rounds/3/cohort")).hasSize(3);
        assertThat(json.at("/rounds/3/reasons/LATE").asInt()).isEqualTo(1);
        assertThat(json.at("/rounds/6/seconds").isNull()).isTrue();
        assertThat(json.toString()).doesNotContain("NaN");
    }

    @Test
    void saysWhatTheVersionsHaveRevealed() {
        var view = new FederationView("f");
        var measurements =
                List.of(
                        new Measurement(PrivacyLedger.RHO, 3),
                        new Measurement(PrivacyLedger.EPSILON, Double.POSITIVE_INFINITY));
        view.accept(Records.withMeasurements(Records.version(6, "a"), measurements), 0);
        var now = view.snapshot("main", 1);

        assertThat(StatusText.of(now))
                .contains("privacy of every silo over all versions so far: epsilon Infinity");
        assertThat(StatusJson.of(now).at("/measurements/privacy-rho").asDouble()).isEqualTo(3);
        assertThat(StatusJson.of(now).at("/measurements/privacy-epsilon").asText())
                .isEqualTo("Infinity");
    }

    private static FederationSnapshot midRun() throws InterruptedException {
        var seen = new ArrayList<FederationSnapshot>();
        new ScriptedFederation()
                .run(
                        7,
                        now -> {
                            if (now.openRound() != null && now.secondsOpen() < 1.15) {
                                seen.add(now);
                            }
                        });
        return seen.get(seen.size() - 1);
    }
}
