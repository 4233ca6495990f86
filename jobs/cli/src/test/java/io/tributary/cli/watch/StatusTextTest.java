package io.tributary.cli.watch;

import static io.tributary.cli.watch.Records.answer;
import static io.tributary.cli.watch.Records.command;
import static io.tributary.cli.watch.Records.outcome;
import static io.tributary.cli.watch.Records.plan;
import static io.tributary.cli.watch.Records.presence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.operators.privacy.PrivacyLedger;
import io.tributary.schemas.control.ControlCommand.Kind;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.silo.SiloPresence.Phase;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
                .containsPattern("\n +4  3 of 4 +0 +5\\.5 +1 +0 +57\\.50\n")
                .containsPattern("\n +7  - of 4 +- +- +0 +0 +-\n")
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

    @Test
    void saysWhoIsMissingAndHowFarBehind() {
        var view = threeSilos();
        view.accept(plan(1, Map.of("a", 40, "b", 40, "c", 40)), 1_000);
        uploads(view, "a", 12_000);
        uploads(view, "b", 14_000);
        view.accept("c", presence(Phase.TRAINING, 1, 3, 40, 100), 20_000);

        var now = view.snapshot(Records.MODEL, 30_000);

        // The grace of 1 s began with the quorum of 1.
        assertThat(StatusText.of(now))
                .contains("  2 of 3 updates are there; its end is overdue by 0:17\n")
                .contains("  missing: c (training 3/40); 0:16 behind the median of those that came")
                .contains("3 of 3 silos are live: a, b, c\n");
        var open = StatusJson.of(now).get("openRound");
        assertThat(open.get("came").asInt()).isEqualTo(2);
        assertThat(open.get("missing")).singleElement().extracting(JsonNode::asText).isEqualTo("c");
        assertThat(open.get("missingSecondsBehindMedian").asDouble()).isEqualTo(16);
        assertThat(open.get("secondsToDeadline").asDouble()).isEqualTo(31);
    }

    /** Round 2 needs two updates; b's comes from round 1, which closed without it. */
    @Test
    void anUpdateOfAnEarlierRoundThatIsTakenCounts() {
        var view = threeSilos();
        view.accept(plan(1, Map.of("a", 40, "b", 40)), 1_000);
        uploads(view, "a", 12_000);
        view.accept(Records.closed(1, "a"), 13_000);
        view.accept(Records.version(1, "a"), 14_000);
        view.accept(plan(2, Map.of("a", 40, "b", 40), 2, 8), 15_000);

        assertThat(StatusText.of(view.snapshot(Records.MODEL, 16_000)))
                .contains("  0 of 2 updates are there; without 2 of them it is extended in 0:59\n");

        uploads(view, "b", 20_000);
        var late = view.snapshot(Records.MODEL, 30_000);

        assertThat(StatusText.of(late))
                .contains("  0 of 2 updates are there, and 1 of earlier rounds; without 2 ")
                .contains("  missing: a (");
        assertThat(StatusJson.of(late).at("/openRound/late").asInt()).isEqualTo(1);

        view.accept("a", presence(Phase.UPLOADING, 2, 40, 40, 0), 31_000);
        view.accept("a", presence(Phase.IDLE, 0, 0, 0, 0), 32_000);
        assertThat(Arrivals.of(view.snapshot(Records.MODEL, 33_000)))
                .isEqualTo(new Arrivals(2, 1, 1, 32_000, 32_000, List.of()));
    }

    @Test
    void anUpdateThatIsDroppedOrRefusedOrTooLateIsNotThere() {
        var view = threeSilos();
        view.accept(plan(1, Map.of("a", 40, "b", 40)), 1_000);
        view.accept(Records.closed(1, "a"), 13_000);
        uploads(view, "b", 20_000);

        view.accept(plan(2, Map.of("a", 40, "b", 40)), 15_000);
        assertThat(Arrivals.of(view.snapshot(Records.MODEL, 30_000)).late()).isZero();

        view.accept(plan(4, Map.of("a", 40, "b", 40), 2, 2), 15_000);
        assertThat(Arrivals.of(view.snapshot(Records.MODEL, 30_000)).late()).isZero();

        view.accept(plan(4, Map.of("a", 40, "b", 40), 2, 3), 15_000);
        assertThat(Arrivals.of(view.snapshot(Records.MODEL, 30_000)).late()).isEqualTo(1);
        view.accept(Records.refused("b", 1, 1, RejectionReason.NOT_FINITE, 7), 0);
        assertThat(Arrivals.of(view.snapshot(Records.MODEL, 30_000)).late()).isZero();
    }

    /** The job tells of it when it extends the round, be it planned for that silo or not. */
    @Test
    void aLateUpdateThatTheJobTellsOfCounts() {
        var view = threeSilos();
        view.accept(plan(2, Map.of("a", 40), 2, 8), 1_000);
        var told = Records.closed(1, "c").verdicts();
        view.accept(
                new RoundOutcome(
                        Records.MODEL, 2, RoundStatus.EXTENDED, "1 of 2", "mean", told, 0, 2),
                0);

        assertThat(Arrivals.of(view.snapshot(Records.MODEL, 2_000)))
                .isEqualTo(new Arrivals(1, 0, 1, 1, 0, List.of("a")));
    }

    @Test
    void whoIsShutOutIsNotWaitedFor() {
        var view = threeSilos();
        view.accept(plan(1, Map.of("a", 40, "b", 40), 2, 0), 1_000);
        uploads(view, "a", 12_000);
        view.accept(command(1, Kind.EVICT, "b", ""), 0);
        view.accept(answer(1, true, "silo b is evicted"), 0);

        assertThat(StatusText.of(view.snapshot(Records.MODEL, 30_000)))
                .contains("  1 of 2 updates are there; nobody is left to wait for\n")
                .doesNotContain("missing:");
    }

    @Test
    void saysUntilWhenAQuorumIsWaitedFor() {
        var view = threeSilos();
        view.accept(plan(1, Map.of("a", 40, "b", 40)), 1_000);
        view.accept(outcome(1, RoundStatus.EXTENDED, "0 of 1 updates of the quorum"), 61_000);
        view.accept(plan(1, Map.of("a", 40, "b", 40)), 61_000);

        var now = view.snapshot(Records.MODEL, 71_000);

        assertThat(StatusText.of(now))
                .contains("round 1 open for 1:10:")
                .contains("  0 of 2 updates are there; without 1 of them it is extended in 0:50\n")
                .contains("rounds that went on, or were given up\n  round 1 was extended: 0 of 1 ");
        assertThat(StatusJson.of(now).at("/rounds/0/extensions/0").asText())
                .isEqualTo("0 of 1 updates of the quorum");
        assertThat(StatusJson.of(now).at("/openRound/extensions").asInt()).isEqualTo(1);
    }

    @Test
    void saysWhoIsGoneAndSinceWhen() {
        var view = threeSilos();
        view.accept("d");
        view.accept("a", presence(Phase.IDLE, 0, 0, 0, 0), 60_000);
        view.accept("c", Records.leaving(), 40_000);
        view.accept(command(1, Kind.EVICT, "d", ""), 0);
        view.accept(answer(1, true, "silo d is evicted"), 0);

        var now = view.snapshot(Records.MODEL, 70_000);

        assertThat(StatusText.of(now))
                .contains(
                        "1 of 4 silos are live: a; b silent for 1:10, c left, last seen 0:30 ago,"
                                + " d evicted\n");
        assertThat(StatusJson.of(now).at("/silos/b/presence").asText()).isEqualTo("silent");
        assertThat(StatusJson.of(now).at("/silos/d/evicted").asBoolean()).isTrue();
    }

    @Test
    void saysHowLateAnUpdateWas() {
        var view = threeSilos();
        view.accept(plan(1, Map.of("a", 40)), 0);
        var closed = outcome(1, RoundStatus.CLOSED, "everybody came"); // at 1 ms
        view.accept(closed, 0);
        view.accept(
                new RejectedUpdate(
                        "a", 1, 7, Records.MODEL, 1, 1, -1, RejectionReason.LATE, "why", 12_001),
                13_000);

        var now = view.snapshot(Records.MODEL, 20_000);

        assertThat(StatusText.of(now))
                .contains("  it has closed; its version is on its way\n")
                .contains("  late by 0:12: a, round 1: why\n");
        assertThat(StatusJson.of(now).at("/refusals/0/secondsLate").asDouble()).isEqualTo(12);
    }

    @Test
    void saysWhatOperatorsHaveChanged() {
        var view = threeSilos();
        view.accept(plan(2, Map.of("a", 40)), 0);
        view.accept(command(0, Kind.PAUSE, "", ""), 0);
        view.accept(command(1, Kind.STOP, "9", ""), 0);
        view.accept(command(2, Kind.CHANGE_PLAN, "round.deadline", "90000"), 0);
        view.accept(command(3, Kind.CHANGE_PLAN, "round.quorum", "77"), 0);
        view.accept(command(4, Kind.ROLL_BACK, "1", ""), 0);
        view.accept(command(5, Kind.EVICT, "b", ""), 0);
        view.accept(command(6, Kind.EVICT, "c", ""), 0);
        view.accept(command(7, Kind.READMIT, "b", ""), 0);
        view.accept(command(8, Kind.RESUME, "", ""), 0);
        for (int offset : List.of(0, 1, 2, 4, 5, 6, 7)) {
            view.accept(answer(offset, true, "version 1 becomes version 2"), 0);
        }
        view.accept(answer(3, false, "quorum must be 1 to 3"), 0);
        view.accept(outcome(2, RoundStatus.ABANDONED, "given up for a roll-back to version 1"), 0);
        view.accept(Records.version(2), 0);

        var now = view.snapshot(Records.MODEL, 68_000);

        assertThat(StatusText.of(now))
                .contains("version 2, which is version 1 again, ")
                .contains("no open round\n")
                .contains("\nchanged by operators\n")
                .contains("  paused: no new round is planned until it is resumed\n")
                .contains("  no round is planned after round 9\n")
                .contains("  evicted: c\n")
                .contains("  round.deadline=90 s\n")
                .contains("  rolled back 1:04 ago: version 1 becomes version 2\n")
                .contains("  not answered by a job: resume, given by ada 1:00 ago\n")
                .contains("  round 2 was given up for a roll-back to version 1\n")
                .containsPattern("\n +2  version 1 again +0 ")
                .doesNotContain("77");
        var json = StatusJson.of(now).get("operators");
        assertThat(json.get("paused").asBoolean()).isTrue();
        assertThat(json.get("stopAfter").asInt()).isEqualTo(9);
        assertThat(json.get("evicted")).singleElement().extracting(JsonNode::asText).isEqualTo("c");
        assertThat(json.at("/settings/round.deadline").asText()).isEqualTo("90000");
        assertThat(json.get("rollBacks")).hasSize(1);
        assertThat(json.at("/unanswered/0/command").asText()).isEqualTo("resume");

        view.accept(answer(8, true, "rounds are planned again"), 0);
        assertThat(StatusText.of(view.snapshot(Records.MODEL, 68_000)))
                .doesNotContain("paused", "no round is planned after", "not answered");
    }

    @Test
    void saysWhichUpdatesOfAVersionWereLate() {
        var view = threeSilos();
        view.accept(Records.folding(3, "b", "a", "b"), 0);
        var now = view.snapshot(Records.MODEL, 1);

        assertThat(StatusText.of(now)).containsPattern("\n +3 +2 +1 +- ");
        assertThat(StatusJson.of(now).at("/versions/0/folded").toString()).isEqualTo("{\"b\":2}");
    }

    private static FederationView threeSilos() {
        var view = new FederationView("f");
        for (var silo : List.of("a", "b", "c")) {
            view.accept(silo, presence(Phase.IDLE, 0, 0, 0, 0), 0);
        }
        return view;
    }

    private static void uploads(FederationView view, String silo, long doneMillis) {
        view.accept(silo, presence(Phase.UPLOADING, 1, 40, 40, 0), doneMillis - 1_000);
        view.accept(silo, presence(Phase.IDLE, 0, 0, 0, 0), doneMillis);
        view.accept(silo, presence(Phase.IDLE, 0, 0, 0, 0), doneMillis + 9_000);
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
