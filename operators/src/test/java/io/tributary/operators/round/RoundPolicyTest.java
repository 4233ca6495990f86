package io.tributary.operators.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.update.CompleteUpdate;
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
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundPolicyTest {

    private static final long GRACE = 100;
    private static final long DEADLINE = 1_000;
    private static final long SILENCE = 500;
    private static final long PUBLISH_TIMEOUT = 300;

    private final RoundPolicy policy = new RoundPolicy(federation("mean", WeightBasis.UNIFORM, 3));
    private CoordinatorState state = RoundPolicy.begin(version(0, List.of()), false);

    @Test
    void aRoundIsPlannedOnceEnoughSilosAreLive() {
        assertThat(apply(policy.onPresence(state, "a", here(1), 0))).isEmpty();
        assertThat(apply(policy.onPresence(state, "c", here(1), 0))).isEmpty();

        var decisions = apply(policy.onPresence(state, "b", here(1), 10));

        var plan = only(decisions, Decision.Plan.class).plan();
        assertThat(plan.round()).isEqualTo(1);
        assertThat(plan.baseVersion()).isZero();
        assertThat(plan.silos()).extracting(SiloAssignment::silo).containsExactly("a", "b", "c");
        assertThat(only(decisions, Decision.WakeAt.class).millis()).isEqualTo(10 + DEADLINE);
    }

    @Test
    void aSilentOrDepartedSiloIsNotPlannedFor() {
        apply(policy.onPresence(state, "a", here(1), 0));
        apply(policy.onPresence(state, "b", here(1), 0));
        apply(policy.onPresence(state, "c", here(1), 0));
        state = RoundPolicy.begin(version(0, List.of()), false);

        apply(policy.onPresence(state, "a", here(1), 0));
        apply(policy.onPresence(state, "b", here(1), SILENCE));
        assertThat(apply(policy.onPresence(state, "c", here(1), SILENCE + 1))).isEmpty();
        apply(policy.onPresence(state, "b", gone(), SILENCE + 1));
        assertThat(apply(policy.onPresence(state, "a", here(1), SILENCE + 2))).isEmpty();
        assertThat(apply(policy.onPresence(state, "b", here(1), SILENCE + 3))).isNotEmpty();
    }

    @Test
    void theRoundClosesWhenEveryPlannedUpdateIsIn() {
        openRound();
        assertThat(only(apply(update("b", 1, 20)), Decision.Accept.class).update().silo())
                .isEqualTo("b");
        apply(update("c", 1, 30));

        var decisions = apply(update("a", 1, 40));

        var close = only(decisions, Decision.Close.class);
        assertThat(close.cohort()).extracting(CompleteUpdate::silo).containsExactly("a", "b", "c");
        assertThat(close.outcome().status()).isEqualTo(RoundStatus.CLOSED);
        assertThat(state.open()).isNull();
    }

    @Test
    void withAQuorumTheRestGetsAGrace() {
        openRound();
        apply(update("a", 1, 20));
        var quorum = apply(update("b", 1, 30));
        assertThat(only(quorum, Decision.WakeAt.class).millis()).isEqualTo(30 + GRACE);

        assertThat(apply(policy.onWake(state, 30 + GRACE - 1)))
                .noneMatch(Decision.Close.class::isInstance);
        var close = only(apply(policy.onWake(state, 30 + GRACE)), Decision.Close.class);

        assertThat(close.cohort()).extracting(CompleteUpdate::silo).containsExactly("a", "b");
        assertThat(close.outcome().verdicts())
                .extracting(UpdateVerdict::status)
                .containsExactly(
                        UpdateVerdict.Status.ACCEPTED,
                        UpdateVerdict.Status.ACCEPTED,
                        UpdateVerdict.Status.MISSING);
    }

    @Test
    void withoutAQuorumTheRoundIsExtendedVisiblyAndNeverClosesOnLess() {
        openRound();
        apply(update("a", 1, 20));
        for (int extension = 1; extension <= 3; extension++) {
            long deadline = extension * (DEADLINE + 5);
            var decisions = apply(policy.onWake(state, deadline));
            var outcome = only(decisions, Decision.Extend.class).outcome();
            assertThat(outcome.status()).isEqualTo(RoundStatus.EXTENDED);
            assertThat(outcome.reason()).contains("1 of 2 updates of the quorum");
            assertThat(only(decisions, Decision.Plan.class).plan()).isEqualTo(state.open().plan());
            assertThat(only(decisions, Decision.WakeAt.class).millis())
                    .isEqualTo(deadline + DEADLINE);
        }
        apply(update("b", 1, 3_600));
        assertThat(apply(policy.onWake(state, 3_600 + GRACE)))
                .anyMatch(Decision.Close.class::isInstance);
    }

    @Test
    void theNextRoundWaitsUntilTheVersionExists() {
        openRound();
        closeRound(50);
        assertThat(apply(policy.onPresence(state, "a", here(1), 60))).isEmpty();

        var decisions = apply(policy.onVersion(state, 1, 70));

        var plan = only(decisions, Decision.Plan.class).plan();
        assertThat(plan.round()).isEqualTo(2);
        assertThat(plan.baseVersion()).isEqualTo(1);
    }

    @Test
    void theClockAdvancesByTheLargestTauOfThePlan() {
        openRound();
        closeRound(50);
        var plan = only(apply(policy.onVersion(state, 1, 60)), Decision.Plan.class).plan();
        assertThat(plan.clock()).isEqualTo(10);
    }

    @Test
    void aVersionThatDoesNotAppearIsPublishedAgainUntilItDoes() {
        openRound();
        closeRound(50);
        assertThat(apply(policy.onWake(state, 50 + PUBLISH_TIMEOUT - 1))).isEmpty();
        for (int again = 1; again <= 3; again++) {
            long due = 50 + again * PUBLISH_TIMEOUT;
            var decisions = apply(policy.onWake(state, due));
            assertThat(only(decisions, Decision.Republish.class).version()).isEqualTo(1);
            assertThat(only(decisions, Decision.WakeAt.class).millis())
                    .isEqualTo(due + PUBLISH_TIMEOUT);
        }
        apply(policy.onVersion(state, 1, 1_000));
        assertThat(state.version()).isEqualTo(1);
        assertThat(state.publication()).isNull();
    }

    @Test
    void everyUpdateThatIsNotAcceptedHasAReason() {
        openRound();
        apply(update("a", 1, 20));

        assertReason(update("a", 1, 21), RejectionReason.DUPLICATE);
        assertReason(update("stranger", 1, 22), RejectionReason.NOT_IN_PLAN);
        assertReason(update("b", 7, 23), RejectionReason.UNKNOWN_ROUND);
        assertReason(
                policy.onUpdate(state, complete("b", 1, 5, 1, 1, 24), 24),
                RejectionReason.WRONG_BASE_VERSION);
        assertReason(
                policy.onUpdate(state, complete("b", 1, 0, 1, 5_000, 25), 25),
                RejectionReason.OUT_OF_RANGE);
        assertReason(
                policy.onUpdate(state, complete("b", 1, 0, 1e-3, 5, 26), 26),
                RejectionReason.OUT_OF_RANGE);

        apply(update("b", 1, 30));
        apply(policy.onWake(state, 30 + GRACE));
        assertReason(update("c", 1, 200), RejectionReason.LATE);
        assertReason(update("a", 1, 201), RejectionReason.DUPLICATE);
        apply(policy.onVersion(state, 1, 210));
        assertReason(update("c", 1, 220), RejectionReason.LATE);
        assertReason(update("b", 1, 221), RejectionReason.DUPLICATE);
    }

    @Test
    void aSiloWhoseUploadWasFaultyMayTryAgain() {
        openRound();
        apply(policy.onUpdate(state, faulty("c", 1, 15), 15));
        apply(update("a", 1, 20));
        apply(update("b", 1, 30));

        var outcome = only(apply(policy.onWake(state, 30 + GRACE)), Decision.Close.class).outcome();
        assertThat(outcome.verdicts().get(2).status()).isEqualTo(UpdateVerdict.Status.REJECTED);

        apply(policy.onVersion(state, 1, 200));
        apply(policy.onUpdate(state, faulty("c", 2, 210), 210));
        apply(policy.onUpdate(state, complete("a", 2, 1, 1, 1, 220), 220));
        apply(policy.onUpdate(state, complete("b", 2, 1, 1, 1, 230), 230));
        var close =
                only(
                        apply(policy.onUpdate(state, complete("c", 2, 1, 1, 1, 240), 240)),
                        Decision.Close.class);
        assertThat(close.cohort()).hasSize(3);
    }

    @Test
    void noRoundIsPlannedAfterTheLast() {
        openRound();
        closeRound(50);
        apply(policy.onVersion(state, 1, 60));
        apply(policy.onUpdate(state, complete("a", 2, 1, 1, 1, 70), 70));
        apply(policy.onUpdate(state, complete("b", 2, 1, 1, 1, 70), 70));
        apply(policy.onUpdate(state, complete("c", 2, 1, 1, 1, 70), 70));

        assertThat(apply(policy.onVersion(state, 2, 80))).isEmpty();
        assertThat(state.version()).isEqualTo(2);
    }

    @Test
    void aJobWithoutStateTakesUpTheOpenRoundAndKnowsTheLastCohort() {
        openRound();
        var plan = state.open().plan();
        var member = new CohortMember("a", 1, 1, 1, 1, 1, 1, 1);

        state = RoundPolicy.begin(version(0, List.of()), false);
        var decisions = apply(policy.resume(state, plan, 5_000));
        assertThat(decisions).noneMatch(Decision.Plan.class::isInstance);
        assertThat(state.open().plan()).isEqualTo(plan);
        assertThat(only(decisions, Decision.WakeAt.class).millis()).isEqualTo(5_000 + DEADLINE);

        state = RoundPolicy.begin(version(1, List.of(member)), false);
        assertReason(update("a", 1, 1), RejectionReason.DUPLICATE);
        assertReason(update("b", 1, 1), RejectionReason.LATE);
    }

    @Test
    void weightsAreTheDeclaredSizesCappedAbsolutely() {
        var tokens = new RoundPolicy(federation("mean", WeightBasis.DECLARED_TOKENS, 3));
        var s = RoundPolicy.begin(version(0, List.of()), false);
        s = tokens.onPresence(s, "a", here(1_000), 0).state();
        s = tokens.onPresence(s, "b", here(3_000), 0).state();
        var step = tokens.onPresence(s, "c", here(1_000_000), 0);

        RoundPlan plan = only(step.decisions(), Decision.Plan.class).plan();

        assertThat(plan.silos().get(0).weight()).isCloseTo(1_000.0 / 9_000, within(1e-15));
        assertThat(plan.silos().get(1).weight()).isCloseTo(3_000.0 / 9_000, within(1e-15));
        assertThat(plan.silos().get(2).weight()).isCloseTo(5_000.0 / 9_000, within(1e-15));
    }

    @Test
    void refusesPlansThatCannotWork() {
        assertThatThrownBy(() -> WeightBasis.parse("processed-tokens"))
                .hasMessageContaining("with rule fednova it undoes the normalisation");
        assertThatThrownBy(() -> federation("trimmed-mean(f=1)", WeightBasis.UNIFORM, 3))
                .hasMessageContaining("is not defined for a quorum of 2")
                .hasMessageContaining("trimmed-mean needs n > 2f, got n=2, f=1")
                .hasMessageContaining("raise the quorum, or let the fallback be");
        assertThatThrownBy(() -> federation("mean", WeightBasis.UNIFORM, 1))
                .hasMessageContaining("quorum must be 1 to the minimum of silos");
    }

    private void openRound() {
        apply(policy.onPresence(state, "a", here(1), 0));
        apply(policy.onPresence(state, "b", here(1), 0));
        apply(policy.onPresence(state, "c", here(1), 0));
    }

    private void closeRound(long at) {
        apply(update("a", 1, at));
        apply(update("b", 1, at));
        apply(update("c", 1, at));
    }

    private List<Decision> apply(Step step) {
        state = step.state();
        return step.decisions();
    }

    private Step update(String silo, int round, long now) {
        return policy.onUpdate(state, complete(silo, round, round - 1, 1, 1, now), now);
    }

    private void assertReason(Step step, RejectionReason reason) {
        var rejected = only(apply(step), Decision.Reject.class).rejected();
        assertThat(rejected.reason()).isEqualTo(reason);
        assertThat(rejected.detail()).isNotBlank();
    }

    private static <T extends Decision> T only(List<Decision> decisions, Class<T> type) {
        assertThat(decisions).filteredOn(type::isInstance).hasSize(1);
        return decisions.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    private static CompleteUpdate complete(
            String silo, int round, int base, double normalizer, double largest, long arrived) {
        return new CompleteUpdate(
                silo,
                "main",
                new UpdateId(round, 1, 99),
                false,
                base,
                4,
                100,
                normalizer,
                2,
                1,
                largest,
                1,
                0,
                arrived);
    }

    private static CompleteUpdate faulty(String silo, int round, long arrived) {
        return new CompleteUpdate(
                silo,
                "main",
                new UpdateId(round, 1, 98),
                true,
                -1,
                0,
                0,
                1,
                0,
                0,
                0,
                1,
                0,
                arrived);
    }

    private static SiloPresence here(long tokens) {
        return new SiloPresence(
                SiloPresence.Kind.HEARTBEAT,
                1,
                tokens,
                tokens / 10,
                SiloPresence.Phase.IDLE,
                "",
                0,
                0,
                0,
                0);
    }

    private static SiloPresence gone() {
        return new SiloPresence(
                SiloPresence.Kind.LEAVE, 1, 1, 1, SiloPresence.Phase.IDLE, "", 0, 0, 0, 0);
    }

    private static ModelVersion version(int version, List<CohortMember> cohort) {
        var layout =
                new ModelLayout(
                        List.of(
                                new Block(
                                        "all",
                                        Slot.WEIGHTS,
                                        List.of(new TensorSpec("w", List.of(4))))),
                        4);
        return new ModelVersion(
                "main",
                version,
                version - 1,
                "{}",
                "bytes",
                layout,
                Codec.F32,
                new int[] {version},
                new int[] {0},
                "",
                version,
                0,
                0,
                0,
                "",
                "",
                cohort,
                List.of());
    }

    private static FederationPlan federation(String rule, WeightBasis basis, int minSilos) {
        var training =
                new LocalTraining(LocalSolver.SGD, 0.1, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, false, 1, 1);
        return new FederationPlan(
                "main",
                2,
                rule,
                "extend",
                "sgd(lr=1)",
                Codec.F32,
                basis,
                5_000,
                4,
                Map.of("b", 10),
                training,
                minSilos,
                2,
                GRACE,
                DEADLINE,
                SILENCE,
                PUBLISH_TIMEOUT,
                1,
                -40,
                1);
    }
}
