package io.tributary.operators.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A region's rounds, and what a parent makes of what comes of them. */
class RelayPolicyTest {

    private static final long TIMEOUT = SmallFederation.PUBLISH_TIMEOUT_MILLIS;

    private final FederationPlan one = federation(WeightBasis.DECLARED_TOKENS, 3, Map.of());
    private final RelayPolicy region =
            new RelayPolicy(
                    new RelayPlan(
                            "north",
                            federation(WeightBasis.DECLARED_TOKENS, 2, Map.of()),
                            0.5,
                            1_000));
    private final RoundPolicy parent =
            new RoundPolicy(federation(WeightBasis.UNIFORM, 3, Map.of("north", 2, "south", 2)));

    private RelayState state = RelayPolicy.begin(SmallFederation.version(0));
    private CoordinatorState parentState = RoundPolicy.begin(SmallFederation.version(0), false);

    @Test
    void twoLevelsGiveEverySiloTheWeightOfOneLevel() {
        var flat = new RoundPolicy(one);
        var flatState = RoundPolicy.begin(SmallFederation.version(0), false);
        for (var silo : List.of("ash", "birch", "fir")) {
            flatState = flat.onPresence(flatState, silo, here(size(silo)), 0).state();
        }
        var expected = flatState.open().plan();

        joinRegion();
        var declared = region.presence(state, SiloPresence.Kind.JOIN, 0, 0).orElseThrow();
        assertThat(declared.silos()).isEqualTo(2);
        var bySize =
                new RoundPolicy(federation(WeightBasis.DECLARED_TOKENS, 2, Map.of("north", 2)));
        parentState = bySize.onPresence(parentState, "north", declared, 0).state();
        parentState = bySize.onPresence(parentState, "fir", here(size("fir")), 0).state();
        var plan = parentState.open().plan();
        assertThat(plan.totalSize()).isEqualTo(expected.totalSize());
        assertThat(plan.assignment("fir")).isEqualTo(expected.assignment("fir"));
        var decisions = apply(region.onParentPlan(state, plan, null, 0));

        var planned = only(decisions, Decision.Plan.class).plan();
        assertThat(planned.silos())
                .isEqualTo(expected.silos().stream().filter(s -> !s.silo().equals("fir")).toList());
        assertThat(planned.deadlineMillis()).isEqualTo(expected.deadlineMillis() / 2);
    }

    @Test
    void silosThatDoNotFitIntoTheRegionsWeightWait() {
        joinRegion();
        apply(region.onPresence(state, "alder", here(1), 0));
        var planned =
                only(apply(region.onParentPlan(state, plan(1), null, 0)), Decision.Plan.class);
        assertThat(planned.plan().silos())
                .extracting(SiloAssignment::silo)
                .containsExactly("alder", "ash"); // birch is larger than what alder left
    }

    @Test
    void theRegionPlansWhenEnoughSilosHaveCome() {
        apply(region.onPresence(state, "ash", here(size("ash")), 0));
        assertThat(apply(region.onParentPlan(state, plan(1), null, 0))).isEmpty();
        assertThat(apply(region.onPresence(state, "birch", here(size("birch")), 5)))
                .anyMatch(Decision.Plan.class::isInstance);
        assertThat(apply(region.onParentPlan(state, plan(1), null, 9))).isEmpty(); // told again
    }

    @Test
    void aSumIsSentAgainUnderTheNextAttemptWithGrowingPauses() {
        closeRegion(10);
        assertThat(state.attempt()).isEqualTo(1);
        var sent = new ArrayList<Integer>();
        for (int timeouts = 1; timeouts <= 9; timeouts++) {
            var again = apply(region.onWake(state, 10 + timeouts * TIMEOUT));
            if (again.stream().anyMatch(Decision.Republish.class::isInstance)) {
                sent.add(timeouts);
            }
        }
        assertThat(sent).containsExactly(1, 2, 4, 8);
        assertThat(state.attempt()).isEqualTo(5);
    }

    @Test
    void theParentsEndEndsTheRegionsRound() {
        openRegion();
        apply(region.onUpdate(state, complete("ash", 1), 5));
        var decisions = apply(region.onParentOutcome(state, closed(1, false), 9));
        assertThat(only(decisions, Decision.End.class).round()).isEqualTo(1);
        assertThat(only(decisions, Decision.Tell.class).outcome().status())
                .isEqualTo(RoundStatus.ABANDONED);
        assertThat(only(decisions, Decision.Reject.class).rejected().silo()).isEqualTo("ash");

        var late = apply(region.onUpdate(state, complete("birch", 1), 12));
        assertThat(only(late, Decision.Reject.class).rejected().reason())
                .isEqualTo(RejectionReason.LATE);
        assertThat(apply(region.onParentPlan(state, plan(2), null, 20)))
                .anyMatch(Decision.Plan.class::isInstance);
    }

    @Test
    void theEndOfAnEarlierRoundIsNoNews() {
        closeRegion(10);
        apply(region.onParentOutcome(state, closed(1, true), 20));
        assertThat(apply(region.onParentPlan(state, plan(2), null, 30)))
                .anyMatch(Decision.Plan.class::isInstance);

        assertThat(apply(region.onParentOutcome(state, closed(1, true), 40))).isEmpty();

        assertThat(state.rounds().open().plan().round()).isEqualTo(2);
    }

    @Test
    void aSumThatTheParentTookIsForgottenAndOneItMissedIsTold() {
        closeRegion(10);
        assertThat(apply(region.onParentOutcome(state, closed(1, true), 20)))
                .containsExactly(new Decision.End(1));
        assertThat(state.rounds().publication()).isNull();

        state = RelayPolicy.begin(SmallFederation.version(0));
        closeRegion(10);
        var decisions = apply(region.onParentOutcome(state, closed(1, false), 20));
        assertThat(only(decisions, Decision.Tell.class).outcome().reason())
                .contains("the region's sum is in no version");
    }

    @Test
    void aRoundOfWhichTheRelayIsNoPartIsPassedOver() {
        joinRegion();
        var without = Altered.copy(plan(1), "silos", List.of(new SiloAssignment("fir", 1, 10)));
        assertThat(apply(region.onParentPlan(state, without, null, 0))).isEmpty();
        assertThat(state.rounds().open()).isNull();
        assertThat(apply(region.onParentPlan(state, plan(2), null, 0)))
                .anyMatch(Decision.Plan.class::isInstance);
    }

    @Test
    void aParentTakesTheSumOfARegion() {
        openParent();
        var accepted =
                only(sent(sum(member("ash", 0.2), member("birch", 0.2))), Decision.Accept.class);
        assertThat(Cohorts.members(List.of(accepted.accepted())))
                .extracting(CohortMember::relay)
                .containsExactly("north", "north");
    }

    static Stream<CompleteUpdate> impossibleSums() {
        var good = sum(member("ash", 0.2), member("birch", 0.2));
        return Stream.of(
                sum(member("ash", 0.1), member("birch", 0.1), member("cedar", 0.1)),
                sum(member("ash", 0.3), member("birch", 0.2)),
                sum(member("ash", 0.2), member("fir", 0.2)),
                sum(Altered.copy(member("ash", 0.2), "normalizer", 11.0)),
                sum(Altered.copy(member("ash", 0.2), "baseVersion", 7)),
                sum(Altered.copy(member("ash", 0.2), "round", 2)),
                Altered.copy(good, "largest", 0.5 * Math.scalb(1.0, 12)),
                Altered.copy(good, "silo", "fir"));
    }

    @ParameterizedTest
    @MethodSource("impossibleSums")
    void aParentRefusesWhatTheRegionCannotHaveMade(CompleteUpdate sum) {
        openParent();
        assertThat(sent(sum)).hasSize(1).allMatch(Decision.Reject.class::isInstance);
    }

    @Test
    void aSiloIsInARoundOnceHoweverManyRelaysNameIt() {
        openParent();
        assertThat(sent(sum(member("ash", 0.2)))).anyMatch(Decision.Accept.class::isInstance);
        var other = Altered.copy(sum(member("ash", 0.2)), "silo", "south");
        assertThat(only(sent(other), Decision.Reject.class).rejected().reason())
                .isEqualTo(RejectionReason.DUPLICATE);
    }

    /** North and south speak for two silos each, so north's weight is 2 of 5. */
    private void openParent() {
        for (var silo : List.of("north", "south", "fir")) {
            var presence = here(1);
            parentState =
                    parent.onPresence(
                                    parentState,
                                    silo,
                                    Altered.copy(presence, "silos", silo.equals("fir") ? 9 : 2),
                                    0)
                            .state();
        }
        assertThat(parentState.open().plan().assignment("north").orElseThrow().weight())
                .isEqualTo(0.4);
    }

    private List<Decision> sent(CompleteUpdate update) {
        var step = parent.onUpdate(parentState, update, 10);
        parentState = step.state();
        return step.decisions();
    }

    private static CompleteUpdate sum(CohortMember... members) {
        return Altered.copy(complete("north", 1), "members", List.of(members));
    }

    private static CohortMember member(String silo, double weight) {
        return new CohortMember(silo, "", 1, 1, 0, weight, 10, 10, 100, 1, 2);
    }

    private void joinRegion() {
        apply(region.onPresence(state, "ash", here(size("ash")), 0));
        apply(region.onPresence(state, "birch", here(size("birch")), 0));
    }

    private void openRegion() {
        joinRegion();
        assertThat(apply(region.onParentPlan(state, plan(1), null, 0)))
                .anyMatch(Decision.Plan.class::isInstance);
    }

    private void closeRegion(long now) {
        openRegion();
        apply(region.onUpdate(state, complete("ash", 1), now));
        assertThat(apply(region.onUpdate(state, complete("birch", 1), now)))
                .anyMatch(Decision.Close.class::isInstance);
    }

    private List<Decision> apply(RelayState.Step step) {
        state = step.state();
        return step.decisions();
    }

    private static <T> T only(List<Decision> decisions, Class<T> type) {
        return decisions.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    /** The parent's plan of a round: north has two silos' sizes of a total of 2,333. */
    private RoundPlan plan(int round) {
        double total = size("ash") + size("birch") + size("fir");
        var silos =
                List.of(
                        new SiloAssignment("fir", size("fir") / total, 10),
                        new SiloAssignment("north", (size("ash") + size("birch")) / total, 10));
        return new RoundPlan(
                SmallFederation.MODEL,
                round,
                round - 1,
                SmallFederation.LAYOUT.digest(),
                "mean",
                "extend",
                "sgd(lr=1)",
                one.codec(),
                silos,
                one.training(),
                0,
                -40,
                2,
                SmallFederation.GRACE_MILLIS,
                0,
                0,
                SmallFederation.DEADLINE_MILLIS,
                0,
                0,
                total,
                1);
    }

    private static RoundOutcome closed(int round, boolean withNorth) {
        var status = withNorth ? UpdateVerdict.Status.ACCEPTED : UpdateVerdict.Status.MISSING;
        return new RoundOutcome(
                SmallFederation.MODEL,
                round,
                RoundStatus.CLOSED,
                "enough",
                "mean",
                List.of(new UpdateVerdict("north", status, withNorth ? round : 0, 1, 1)),
                0,
                1);
    }

    private static CompleteUpdate complete(String silo, int round) {
        return new CompleteUpdate(
                silo,
                SmallFederation.MODEL,
                new UpdateId(round, 1, 99),
                false,
                round - 1,
                10,
                100,
                10,
                2,
                1,
                1,
                1,
                0,
                5);
    }

    private static long size(String silo) {
        return switch (silo) {
            case "ash" -> 700;
            case "birch" -> 1_300;
            default -> 333;
        };
    }

    private static SiloPresence here(long tokens) {
        return new SiloPresence(
                SiloPresence.Kind.HEARTBEAT,
                1,
                tokens,
                tokens,
                SiloPresence.Phase.IDLE,
                "",
                0,
                0,
                0,
                0);
    }

    private static FederationPlan federation(
            WeightBasis basis, int silos, Map<String, Integer> relays) {
        var plan = SmallFederation.federation("mean", "sgd(lr=1)");
        var weighed = Altered.copy(plan, "weightBasis", basis);
        var enough = Altered.copy(weighed, "minSilos", silos);
        return Altered.copy(enough, "relays", relays);
    }
}
