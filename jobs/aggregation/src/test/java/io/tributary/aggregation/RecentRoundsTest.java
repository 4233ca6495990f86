package io.tributary.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.client.RoundHistory;
import io.tributary.operators.round.ClosedRound;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundPlan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Version n was made since n * 100 ms, of the updates of round n. */
class RecentRoundsTest {

    private static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "all", Slot.WEIGHTS, List.of(new TensorSpec("w", List.of(4))))),
                    4);

    private final TreeMap<Integer, ModelVersion> versions = new TreeMap<>();
    private final Map<Integer, RoundHistory.Round> plans = new TreeMap<>();

    RecentRoundsTest() {
        for (int number = 3; number <= 7; number++) {
            versions.put(number, version(number, "ash"));
            plans.put(number, new RoundHistory.Round(plan(number), List.of()));
        }
    }

    @Test
    void reachesBackAsFarAsTheVersionsDo() {
        assertReaches(4, 5, 6, 7);
    }

    @Test
    void beginsBehindAVersionThatIsNotOnTheLog() {
        versions.remove(4);
        assertReaches(6, 7);
    }

    @Test
    void beginsBehindAPlanThatIsNotOnTheLog() {
        plans.remove(5);
        assertReaches(6, 7);
    }

    @Test
    void beginsBehindARollBack() {
        versions.put(6, version(6));
        assertReaches(7);
    }

    @Test
    void behindAVersionThatWasGivenThereIsNothing() {
        versions.put(7, version(7));
        assertReaches();
    }

    private void assertReaches(Integer... rounds) {
        var recent = RecentRounds.of(versions, plans);
        assertThat(recent.rounds())
                .extracting(ClosedRound::plan)
                .extracting(RoundPlan::round)
                .containsExactly(rounds);
        assertThat(recent.sinceMillis()).isEqualTo((7 - rounds.length) * 100 + 1);
    }

    private static ModelVersion version(int number, String... silos) {
        var cohort =
                List.of(silos).stream()
                        .map(s -> new CohortMember(s, "", number, 1, number - 1, 1, 1, 1, 1, 1, 1))
                        .toList();
        return new ModelVersion(
                "main",
                number,
                number - 1,
                "{}",
                "bytes",
                LAYOUT,
                Codec.F32,
                new int[] {number},
                new int[] {0},
                "",
                number,
                0,
                number * 100,
                0,
                "mean",
                "sgd(lr=1)",
                cohort,
                List.of());
    }

    private static RoundPlan plan(int round) {
        return new RoundPlan(
                "main",
                round,
                round - 1,
                LAYOUT.digest(),
                "mean",
                "extend",
                "sgd(lr=1)",
                Codec.F32,
                List.of(),
                new LocalTraining(
                        LocalSolver.SGD, 0.1, 0.1, 0, 0, 0, 0.9, 0.99, 1e-8, 0, 0, false, 1, 8),
                0,
                -30,
                1,
                1000,
                0,
                0,
                60_000,
                0,
                0.5,
                1,
                1);
    }
}
