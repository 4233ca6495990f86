package io.tributary.cli.watch;

import static io.tributary.cli.watch.Records.evaluation;
import static io.tributary.cli.watch.Records.leaving;
import static io.tributary.cli.watch.Records.plan;
import static io.tributary.cli.watch.Records.presence;
import static io.tributary.cli.watch.Records.refused;
import static io.tributary.cli.watch.Records.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence.Phase;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FederationViewTest {

    private static final Map<String, Integer> PAIR = Map.of("b", 10, "a", 40);

    private final FederationView view = new FederationView("f");

    @Test
    void nothingReadIsAnEmptyPicture() {
        var now = snapshot(5);

        assertThat(now.newestVersion()).isEmpty();
        assertThat(now.newestEvaluated()).isEmpty();
        assertThat(now.openRound()).isNull();
        assertThat(now.silos()).isEmpty();
        assertThat(now.secondsElapsed()).isZero();
        assertThat(view.models()).isEmpty();
    }

    @Test
    void aRoundIsOpenFromItsPlanToItsVersion() {
        view.accept(version(0), 1_000);
        assertThat(snapshot(1_000).openRound()).isNull();

        view.accept(plan(1, PAIR), 2_000);
        var open = snapshot(3_500);
        assertThat(open.openRound().round()).isEqualTo(1);
        assertThat(open.secondsOpen()).isEqualTo(1.5);
        assertThat(open.openRound().seconds()).isEmpty();

        view.accept(Records.outcome(1, RoundStatus.CLOSED, "all there"), 4_000);
        assertThat(snapshot(4_000).openRound()).isNotNull();

        view.accept(version(1, "a", "b"), 4_500);
        var made = snapshot(9_000);
        assertThat(made.openRound()).isNull();
        assertThat(made.round(1).orElseThrow().seconds()).hasValue(2.5);
        assertThat(made.newestVersion().orElseThrow().digest()).isEqualTo("digest-1");
        assertThat(made.parameters()).isEqualTo(1020L * 1020);
    }

    @Test
    void theLastPlanInTheLogCountsAndTheFirstOneStartsTheClock() {
        view.accept(plan(1, PAIR), 1_000);
        view.accept(plan(1, Map.of("a", 7)), 3_000);

        var round = snapshot(5_000).openRound();
        assertThat(round.plan().silos()).singleElement().extracting("localSteps").isEqualTo(7);
        assertThat(round.plannedMillis()).isEqualTo(1_000);
    }

    @Test
    void aVersionPublishedAgainChangesNothing() {
        view.accept(plan(1, PAIR), 1_000);
        view.accept(version(1, "a", "b"), 2_000);
        var before = snapshot(9_000);
        view.accept(version(1, "a", "b"), 8_000);

        assertThat(snapshot(9_000)).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void globalPerplexityIsThatOfAllTokensTogether() {
        view.accept(version(1), 0);
        view.accept("a", new SiloEvaluation("main", 1, 300, 100, 50), 1);
        view.accept("b", new SiloEvaluation("main", 1, 2000, 900, 450), 2);

        var global = snapshot(3).version(1).orElseThrow().global().orElseThrow();
        assertThat(global.perplexity()).isCloseTo(Math.exp(2300.0 / 1000), within(1e-12));
        assertThat(global.bitsPerByte()).isCloseTo(2300 / (500 * Math.log(2)), within(1e-12));
    }

    @Test
    void aSiloThatEvaluatesAgainReplacesItsReport() {
        view.accept(version(1), 0);
        view.accept("a", evaluation(1, 20), 1);
        view.accept("a", evaluation(1, 10), 2);

        assertThat(snapshot(3).version(1).orElseThrow().global().orElseThrow().perplexity())
                .isCloseTo(10, within(1e-9));
    }

    @Test
    void reportsThatMakeNoSenseArePassedOver() {
        view.accept(version(1), 0);
        view.accept("a", new SiloEvaluation("main", 1, Double.NaN, 10, 10), 1);
        view.accept("a", new SiloEvaluation("main", 1, Double.POSITIVE_INFINITY, 10, 10), 1);
        view.accept("a", new SiloEvaluation("main", 1, -1, 10, 10), 1);
        view.accept("a", new SiloEvaluation("main", 1, 5, 0, 10), 1);
        view.accept("a", new SiloEvaluation("main", 999, 5, 10, 10), 1);
        view.accept("a", new SiloEvaluation("invented", 0, 5, 10, 10), 1);
        view.accept("a", presence(Phase.TRAINING, 1, 1, 2, Double.NaN), 1);

        var now = snapshot(2);
        assertThat(now.versions())
                .singleElement()
                .satisfies(v -> assertThat(v.evaluations()).isEmpty());
        assertThat(now.silo("a").orElseThrow().lastEvaluation()).isEmpty();
        assertThat(now.silo("a").orElseThrow().tokensPerSecond()).isZero();
        assertThat(view.models()).containsExactly("main");
    }

    @Test
    void theNewestEvaluatedVersionIsTheOneThatAllPlannedSilosHaveMeasured() {
        view.accept(version(0), 0);
        view.accept("a", evaluation(0, 200), 1);
        assertThat(evaluated()).as("the best there is").isZero();
        view.accept(plan(1, PAIR), 2);
        view.accept("b", evaluation(0, 200), 3);
        view.accept(version(1, "a", "b"), 4);
        view.accept("a", evaluation(1, 100), 5);
        assertThat(evaluated()).isZero();
        view.accept("b", evaluation(1, 100), 6);
        assertThat(evaluated()).isEqualTo(1);
    }

    @Test
    void aSilosNewestSignOfLifeCounts() {
        view.accept("a", presence(Phase.TRAINING, 3, 5, 40, 1800), 1_000);
        view.accept("a", presence(Phase.UPLOADING, 3, 40, 40, 0), 2_000);

        var silo = snapshot(2_500).silo("a").orElseThrow();
        assertThat(silo.presence().phase()).isEqualTo(Phase.UPLOADING);
        assertThat(silo.lastSeenMillis()).isEqualTo(2_000);
        assertThat(silo.tokensPerSecond()).as("the last speed of training").isEqualTo(1800);
        assertThat(silo.trainedRound()).isEqualTo(3);
        assertThat(silo.declaredTokens()).isEqualTo(1_500_000);

        view.accept("a", leaving(), 3_000);
        assertThat(snapshot(4_000).silo("a").orElseThrow().hasLeft()).isTrue();
    }

    @Test
    void everyUpdateCountsOnceAsAcceptedLateOrRejected() {
        view.accept(plan(1, PAIR), 0);
        view.accept(version(1, "a", "b"), 1);
        view.accept(plan(2, PAIR), 2);
        // Three bad chunks of one upload, and a second upload that is bad too.
        view.accept(refused("b", 2, 1, RejectionReason.CRC_MISMATCH, 4), 3);
        view.accept(refused("b", 2, 1, RejectionReason.NOT_FINITE, 5), 3);
        view.accept(refused("b", 2, 1, RejectionReason.DIGEST_MISMATCH, 3), 3);
        view.accept(refused("b", 2, 2, RejectionReason.CRC_MISMATCH, 9), 4);
        view.accept(version(2, "a"), 5);
        // Late, and then the accepted one of the other silo once more, twice.
        view.accept(refused("b", 2, 3, RejectionReason.LATE, 12), 6);
        view.accept(refused("a", 2, 1, RejectionReason.DUPLICATE, 20), 7);
        view.accept(refused("a", 2, 1, RejectionReason.DUPLICATE, 25), 8);

        var now = snapshot(9);
        assertThat(now.silos())
                .extracting("silo", "accepted", "late", "rejected")
                .containsExactly(tuple("a", 2, 0, 2), tuple("b", 1, 1, 2));
        var round = now.round(2).orElseThrow();
        assertThat(round.late()).isEqualTo(1);
        assertThat(round.rejected()).isEqualTo(4);
        assertThat(round.refusals())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                RejectionReason.CRC_MISMATCH, 2,
                                RejectionReason.DUPLICATE, 2,
                                RejectionReason.LATE, 1));
        assertThat(now.round(1).orElseThrow().refusals()).isEmpty();
        assertThat(now.accepted() + now.late() + now.rejected()).isEqualTo(3 + 1 + 4);
    }

    @Test
    void whatIsTooBrokenToReadCountsForItsSilo() {
        view.accept(plan(1, PAIR), 0);
        var unreadable =
                new RejectedUpdate(
                        "a", 2, 77, "", -1, -1, -1, RejectionReason.MALFORMED, "no frame", 1);
        view.accept(unreadable, 1);

        var now = snapshot(2);
        assertThat(now.silo("a").orElseThrow().rejected()).isEqualTo(1);
        assertThat(now.round(1).orElseThrow().rejected()).isZero();
        assertThat(now.refusals()).containsExactly(unreadable);
    }

    @Test
    void silosAndCohortsAreInSiloIdOrder() {
        view.accept("zeta", presence(Phase.IDLE, 0, 0, 0, 0), 1);
        view.accept("mid");
        view.accept(plan(1, Map.of("c", 1, "alpha", 2)), 2);
        view.accept(version(1, "c", "alpha"), 3);

        var now = snapshot(4);
        assertThat(now.silos())
                .extracting(SiloSnapshot::silo)
                .containsExactly("alpha", "c", "mid", "zeta");
        assertThat(now.round(1).orElseThrow().version().cohort())
                .extracting(CohortMember::silo)
                .containsExactly("alpha", "c");
    }

    @Test
    void modelsOfOneFederationAreKeptApart() {
        view.accept(version(0), 1);

        assertThat(view.models()).containsExactly("main");
        assertThat(view.snapshot("expert-law", 2).versions()).isEmpty();
    }

    /** Topics are read side by side: their records may come in any interleaving. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theInterleavingOfPartitionsDoesNotMatter(long seed) {
        List<Consumer<FederationView>> rounds =
                List.of(
                        v -> v.accept(plan(1, PAIR), 10),
                        v -> v.accept(Records.outcome(1, RoundStatus.CLOSED, "x"), 50),
                        v -> v.accept(plan(2, PAIR), 70),
                        v -> v.accept(Records.outcome(2, RoundStatus.EXTENDED, "y"), 90));
        List<Consumer<FederationView>> versions =
                List.of(v -> v.accept(version(0), 5), v -> v.accept(version(1, "a"), 60));
        List<Consumer<FederationView>> rejected =
                List.of(
                        v -> v.accept(refused("b", 1, 1, RejectionReason.LATE, 3), 61),
                        v -> v.accept(refused("b", 2, 1, RejectionReason.NOT_FINITE, 9), 80));
        List<Consumer<FederationView>> a =
                List.of(
                        v -> v.accept("a", evaluation(0, 200), 8),
                        v -> v.accept("a", presence(Phase.TRAINING, 1, 3, 40, 900), 20),
                        v -> v.accept("a", evaluation(1, 100), 65));
        List<Consumer<FederationView>> b =
                List.of(
                        v -> v.accept("b", evaluation(0, 220), 9),
                        v -> v.accept("b", leaving(), 66));
        var partitions = List.of(rounds, versions, rejected, a, b);
        partitions.forEach(p -> p.forEach(r -> r.accept(view)));

        var mixed = new FederationView("f");
        var turns = new ArrayList<Integer>();
        for (int p = 0; p < partitions.size(); p++) {
            turns.addAll(Collections.nCopies(partitions.get(p).size(), p));
        }
        Collections.shuffle(turns, new Random(seed));
        var next = new int[partitions.size()];
        for (int p : turns) {
            partitions.get(p).get(next[p]++).accept(mixed);
        }

        assertThat(mixed.snapshot("main", 100)).usingRecursiveComparison().isEqualTo(snapshot(100));
    }

    private FederationSnapshot snapshot(long millis) {
        return view.snapshot("main", millis);
    }

    private int evaluated() {
        return snapshot(10).newestEvaluated().orElseThrow().version();
    }
}
