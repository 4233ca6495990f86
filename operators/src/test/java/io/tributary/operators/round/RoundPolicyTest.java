package io.tributary.operators.round;

import static io.tributary.operators.round.PolicySamples.DEADLINE;
import static io.tributary.operators.round.PolicySamples.GRACE;
import static io.tributary.operators.round.PolicySamples.PUBLISH_TIMEOUT;
import static io.tributary.operators.round.PolicySamples.SILENCE;
import static io.tributary.operators.round.PolicySamples.complete;
import static io.tributary.operators.round.PolicySamples.faulty;
import static io.tributary.operators.round.PolicySamples.federation;
import static io.tributary.operators.round.PolicySamples.gone;
import static io.tributary.operators.round.PolicySamples.here;
import static io.tributary.operators.round.PolicySamples.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.update.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundPolicyTest {

    private RoundPolicy policy = new RoundPolicy(federation("mean", WeightBasis.UNIFORM, 3));
    private long offset;
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
        assertThat(policy.wakeMillis(state, 10)).hasValue(10 + DEADLINE);
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
        assertThat(only(apply(update("b", 1, 20)), Decision.Accept.class).accepted().silo())
                .isEqualTo("b");
        apply(update("c", 1, 30));

        var decisions = apply(update("a", 1, 40));

        var close = only(decisions, Decision.Close.class);
        assertThat(close.cohort()).extracting(AcceptedUpdate::silo).containsExactly("a", "b", "c");
        assertThat(close.outcome().status()).isEqualTo(RoundStatus.CLOSED);
        assertThat(state.open()).isNull();
    }

    @Test
    void withAQuorumTheRestGetsAGrace() {
        openRound();
        apply(update("a", 1, 20));
        apply(update("b", 1, 30));
        assertThat(policy.wakeMillis(state, 30)).hasValue(30 + GRACE);

        assertThat(apply(policy.onWake(state, 30 + GRACE - 1)))
                .noneMatch(Decision.Close.class::isInstance);
        var close = only(apply(policy.onWake(state, 30 + GRACE)), Decision.Close.class);

        assertThat(close.cohort()).extracting(AcceptedUpdate::silo).containsExactly("a", "b");
        assertThat(close.outcome().verdicts())
                .extracting(UpdateVerdict::status)
                .containsExactly(
                        UpdateVerdict.Status.ACCEPTED,
                        UpdateVerdict.Status.ACCEPTED,
                        UpdateVerdict.Status.MISSING);
    }

    /** Appended 40 ms apart: the wait ends at the median, 20 ms, and 3 times 20 ms. */
    @Test
    void theGraceCanFollowTheSpreadOfTheArrivalsByAppendTimeAlone() {
        var policy = adaptive(10, 3);
        openRound(policy);
        apply(policy.onUpdate(state, complete("a", 1, 9_000), 20));
        apply(policy.onUpdate(state, complete("b", 1, 9_040), 300));
        assertThat(policy.wakeMillis(state, 300)).hasValue(300 + 40);

        assertThat(apply(policy.onWake(state, 300 + 39)))
                .noneMatch(Decision.Close.class::isInstance);
        var close = only(apply(policy.onWake(state, 300 + 40)), Decision.Close.class);

        assertThat(close.plan().graceFactor()).isEqualTo(3);
        assertThat(close.plan().graceMinMillis()).isEqualTo(10);
        assertThat(close.outcome().reason())
                .isEqualTo("2 of 3 planned updates were accepted by the end of the grace of 40 ms");
    }

    @ParameterizedTest
    @CsvSource({"9_000, 10", "9_010, 10", "9_050, 50", "9_099, 99", "9_500, 100"})
    void theGraceThatFollowsTheArrivalsHasHardBounds(String second, long expected) {
        var policy = adaptive(10, 3); // of two, the wait is as long as they are apart
        openRound(policy);
        apply(policy.onUpdate(state, complete("a", 1, 9_000), 20));
        apply(
                policy.onUpdate(
                        state, complete("b", 1, Long.parseLong(second.replace("_", ""))), 30));

        assertThat(policy.wakeMillis(state, 30)).hasValue(30 + expected);
    }

    @Test
    void theGraceThatFollowsTheArrivalsEndsAtTheDeadline() {
        var policy = adaptive(50, 3);
        openRound(policy);
        apply(policy.onUpdate(state, complete("a", 1, 9_000), 20));
        apply(policy.onUpdate(state, complete("b", 1, 9_000), DEADLINE - 20));

        var close = only(apply(policy.onWake(state, DEADLINE)), Decision.Close.class);

        assertThat(close.outcome().reason()).endsWith("accepted by the deadline");
    }

    /**
     * Arrivals at 0, 90: 90 ms behind b. With c at 0, too: 0 ms behind, as median and MAD are 0.
     */
    @Test
    void aRoundThatNoLongerHasToWaitClosesWithTheUpdateThatShowsIt() {
        var policy =
                new RoundPolicy(
                        Altered.copy(
                                Altered.copy(
                                        federation("mean", WeightBasis.UNIFORM, 4),
                                        "graceMinMillis",
                                        20L),
                                "graceFactor",
                                3.0));
        openRound(policy);
        apply(policy.onPresence(state, "d", here(1), 0));
        apply(policy.onUpdate(state, complete("a", 1, 9_000), 20));
        apply(policy.onUpdate(state, complete("b", 1, 9_090), 30));
        assertThat(apply(policy.onWake(state, 30 + 60)))
                .noneMatch(Decision.Close.class::isInstance);

        var decisions = apply(policy.onUpdate(state, complete("c", 1, 9_000), 30 + 61));

        var close = only(decisions, Decision.Close.class);
        assertThat(close.cohort()).extracting(AcceptedUpdate::silo).containsExactly("a", "b", "c");
        assertThat(close.outcome().reason()).contains("end of the grace of 20 ms");
    }

    @Test
    void withoutAQuorumTheRoundIsExtendedVisiblyAndNeverClosesOnLess() {
        openRound();
        apply(update("a", 1, 20));
        for (int extension = 1; extension <= 3; extension++) {
            long deadline = extension * (DEADLINE + 5);
            var decisions = apply(policy.onWake(state, deadline));
            var outcome = only(decisions, Decision.Tell.class).outcome();
            assertThat(outcome.status()).isEqualTo(RoundStatus.EXTENDED);
            assertThat(outcome.reason()).contains("1 of 2 updates of the quorum");
            assertThat(only(decisions, Decision.Plan.class).plan()).isEqualTo(state.open().plan());
            assertThat(policy.wakeMillis(state, deadline)).hasValue(deadline + DEADLINE);
        }
        apply(update("b", 1, 3_600));
        assertThat(apply(policy.onWake(state, 3_600 + GRACE)))
                .anyMatch(Decision.Close.class::isInstance);
    }

    /** Quorum 2: of those who are left, one has come. */
    @Test
    void whatComesAfterTheLastRoundIsNotKeptForAnother() {
        var plan = federation("mean", WeightBasis.UNIFORM, 3);
        var late = new Pace(Pace.Mode.SYNCHRONOUS, 2, 0.5);
        var folding = new RoundPolicy(Altered.copy(Altered.copy(plan, "rounds", 1), "pace", late));
        openRound(folding);
        apply(folding.onUpdate(state, complete("a", 1, 20), 20));
        apply(folding.onUpdate(state, complete("b", 1, 20), 20));
        only(apply(folding.onWake(state, 20 + GRACE)), Decision.Close.class);

        var onItsWay = apply(folding.onUpdate(state, complete("c", 1, 200), 200));
        assertThat(only(onItsWay, Decision.Reject.class).rejected().detail())
                .isEqualTo("round 1 was the last; version 1 does not contain this update");
        assertThat(state.waiting()).isEmpty();
    }

    @Test
    void whoeverIsShutOutIsNotWaitedForEvenIfTheQuorumMissesThem() {
        openRound();
        apply(update("a", 1, 20));
        assertThat(apply(evict("b", 30))).noneMatch(Decision.Close.class::isInstance);

        var close = only(apply(evict("c", 40)), Decision.Close.class);

        assertThat(close.cohort()).extracting(AcceptedUpdate::silo).containsExactly("a");
        assertThat(close.outcome().reason())
                .isEqualTo(
                        "1 of 3 planned updates were accepted by the time nobody was left to wait for");
    }

    /** What it sent meanwhile was refused, and it does not train for the same plan twice. */
    @Test
    void whoeverIsReadmittedIsWaitedForFromTheNextRoundOn() {
        openRound();
        apply(update("a", 1, 20));
        apply(evict("c", 30));
        assertReason(update("c", 1, 40), RejectionReason.EVICTED);
        apply(command(ControlCommand.Kind.READMIT, "c", 50));

        var close = only(apply(update("b", 1, 60)), Decision.Close.class);

        assertThat(close.cohort()).extracting(AcceptedUpdate::silo).containsExactly("a", "b");
    }

    /** c's update is of round 1; a and b, for whom round 2 was planned, are shut out. */
    @Test
    void lateUpdatesAloneAreAVersionAtTheDeadlineOnly() {
        var plan = federation("mean", WeightBasis.UNIFORM, 3);
        var late = new Pace(Pace.Mode.SYNCHRONOUS, 2, 0.5);
        policy = new RoundPolicy(Altered.copy(plan, "pace", late));
        openRound();
        apply(update("a", 1, 20));
        apply(update("b", 1, 20));
        only(apply(policy.onWake(state, 20 + GRACE)), Decision.Close.class);
        apply(policy.onVersion(state, 1, 200));
        apply(evict("a", 210));
        apply(evict("b", 220));
        only(apply(update("c", 1, 230)), Decision.Accept.class);
        assertThat(apply(evict("c", 240))).noneMatch(Decision.Close.class::isInstance);

        var close = only(apply(policy.onWake(state, 200 + DEADLINE)), Decision.Close.class);

        assertThat(close.cohort()).extracting(AcceptedUpdate::silo).containsExactly("c");
    }

    @Test
    void aRoundForNobodyButSilosThatWereShutOutIsPlannedAnewForOthers() {
        openRound();
        apply(policy.onPresence(state, "d", here(1), 5));
        apply(policy.onPresence(state, "e", here(1), 5));
        apply(policy.onPresence(state, "f", here(1), 5));
        apply(evict("a", 10));
        apply(evict("b", 20));

        var decisions = apply(evict("c", 30));

        var told = only(decisions, Decision.Tell.class).outcome();
        assertThat(told.status()).isEqualTo(RoundStatus.EXTENDED);
        assertThat(told.reason())
                .isEqualTo(
                        "every silo it was planned for has been evicted; planned anew for others");
        var plan = only(decisions, Decision.Plan.class).plan();
        assertThat(plan.round()).isEqualTo(1);
        assertThat(plan.silos()).extracting(SiloAssignment::silo).containsExactly("d", "e", "f");
        assertThat(state.open().plan()).isEqualTo(plan);
        for (var silo : List.of("d", "e")) {
            apply(update(silo, 1, 50));
        }
        only(apply(update("f", 1, 50)), Decision.Close.class);
    }

    /** The plan is on the log, and so are the commands that came after it. */
    @Test
    void aJobWithoutStateDoesNotWaitForSilosThatWereShutOut() {
        openRound();
        var plan = state.open().plan();
        state = RoundPolicy.begin(version(0, List.of()), false);
        for (var silo : List.of("a", "b", "c")) {
            state = state.withStanding(silo, s -> s.withEvicted(true));
        }

        var told = only(apply(policy.resume(state, plan, 5_000)), Decision.Tell.class);

        assertThat(told.outcome().reason()).contains("planned anew for others");
        assertThat(state.open()).isNull();
    }

    @Test
    void aRoundForNobodyWaitsForSilosToBePlannedAnewFor() {
        openRound();
        apply(evict("a", 10));
        apply(evict("b", 20));

        assertThat(apply(evict("c", 30))).noneMatch(Decision.Plan.class::isInstance);
        assertThat(state.open()).isNull();
        for (var silo : List.of("d", "e")) {
            assertThat(apply(policy.onPresence(state, silo, here(1), 40))).isEmpty();
        }
        var plan = only(apply(policy.onPresence(state, "f", here(1), 40)), Decision.Plan.class);

        assertThat(plan.plan().round()).isEqualTo(1);
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
            assertThat(policy.wakeMillis(state, due)).hasValue(due + PUBLISH_TIMEOUT);
        }
        apply(policy.onVersion(state, 1, 1_000));
        assertThat(state.version()).isEqualTo(1);
        assertThat(state.publication()).isNull();
        assertThat(policy.wakeMillis(state, 1_000)).as("time alone changes nothing").isEmpty();
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

    /** Its normalizer stretches the combined delta of everybody. */
    @Test
    void nobodyClaimsMoreWorkThanWasPlanned() {
        openRound(); // a has 4 steps, b has 10
        assertReason(
                policy.onUpdate(state, complete("a", 1, 0, 5, 1, 20), 20),
                RejectionReason.OUT_OF_RANGE);
        apply(policy.onUpdate(state, complete("a", 1, 0, 4, 1, 21), 21));
        apply(policy.onUpdate(state, complete("b", 1, 0, 10, 1, 22), 22));
        assertThat(state.open().accepted())
                .extracting(AcceptedUpdate::silo)
                .containsExactly("a", "b");
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
        var member = new CohortMember("a", "", 1, 1, 0, 1, 1, 1, 1, 1, 1);

        state = RoundPolicy.begin(version(0, List.of()), false);
        var decisions = apply(policy.resume(state, plan, 5_000));
        assertThat(decisions).noneMatch(Decision.Plan.class::isInstance);
        assertThat(state.open().plan()).isEqualTo(plan);
        assertThat(policy.wakeMillis(state, 5_000)).hasValue(5_000 + DEADLINE);

        state = RoundPolicy.begin(version(1, List.of(member)), false);
        assertReason(update("a", 1, 1), RejectionReason.DUPLICATE);
        assertReason(update("b", 1, 1), RejectionReason.LATE);
    }

    /** What two members have sent together was read once, and is read again. */
    @Test
    void aJobWithoutStateKnowsWhatRelaysHaveSent() {
        var ash = new CohortMember("ash", "north", 1, 1, 0, 0.5, 1, 1, 1, 1, 1);
        var birch = new CohortMember("birch", "north", 1, 1, 0, 0.5, 1, 1, 1, 1, 1);
        state = RoundPolicy.begin(version(1, List.of(ash, birch)), false);

        assertThat(state.silos()).extracting(SiloStanding::silo).containsExactly("north");
        assertThat(state.silos().get(0).hasBeenAccepted(1)).isTrue();
        assertThat(state.silos().get(0).acceptedRounds()).containsExactly(1);
        var again = complete("north", 1, state.begunMillis());
        assertThat(apply(policy.onUpdate(state, again, 5))).isEmpty();
    }

    @Test
    void onlyARoundThatCouldBePlannedWaitsForSilos() {
        assertThat(policy.waitsForSilos(state)).isTrue();
        openRound();
        assertThat(policy.waitsForSilos(state)).as("a round is open").isFalse();
        closeRound(20);
        assertThat(policy.waitsForSilos(state)).as("its version is on its way").isFalse();

        state = RoundPolicy.begin(version(2, List.of()), false);
        assertThat(policy.waitsForSilos(state)).as("round 2 was the last").isFalse();
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
    void aRoundWhoseRuleIsNotDefinedIsExtendedVisiblyUntilItIs() {
        var policy = policy("monna(f=0, trusted=c)", "extend", "sgd(lr=1)");
        openRound(policy);
        apply(policy.onUpdate(state, complete("a", 1, 20), 20));
        apply(policy.onUpdate(state, complete("b", 1, 30), 30));
        assertThat(apply(policy.onWake(state, 30 + GRACE))).isEmpty();

        var decisions = apply(policy.onWake(state, DEADLINE));
        var outcome = only(decisions, Decision.Tell.class).outcome();
        assertThat(outcome.status()).isEqualTo(RoundStatus.EXTENDED);
        assertThat(outcome.reason())
                .contains("monna(f=0, trusted=c) is not defined for the 2 updates")
                .contains("fallback extend does not help; extended by 1000 ms");
        assertThat(policy.wakeMillis(state, DEADLINE)).hasValue(2 * DEADLINE);

        var close =
                only(
                        apply(policy.onUpdate(state, complete("c", 1, 1_200), 1_200)),
                        Decision.Close.class);
        assertThat(close.outcome().rule()).isEqualTo("monna(f=0, trusted=c)");
    }

    /** The third silo may still come, and with it the rule that was planned. */
    @ParameterizedTest
    @CsvSource({"lower-f, trimmed-mean(f=0)", "median, median"})
    void aCohortTooSmallForTheRuleIsClosedWithTheFallbackAndTheOutcomeNamesIt(
            String fallback, String expected) {
        var policy = policy("trimmed-mean(f=1)", fallback, "sgd(lr=1)");
        openRound(policy);
        apply(policy.onUpdate(state, complete("a", 1, 20), 20));
        apply(policy.onUpdate(state, complete("b", 1, 30), 30));
        assertThat(state.open()).isNotNull();

        var close = only(apply(policy.onWake(state, 30 + GRACE)), Decision.Close.class);

        assertThat(close.outcome().rule()).isEqualTo(expected);
        assertThat(close.outcome().reason())
                .contains("2 of 3 planned updates were accepted by the end of the grace")
                .contains(
                        "trimmed-mean(f=1) is not defined for them, %s takes its place (fallback %s)"
                                .formatted(expected, fallback));
        assertThat(close.plan().rule()).isEqualTo("trimmed-mean(f=1)");
    }

    @Test
    void aWholeCohortIsClosedWithTheRuleThatWasPlanned() {
        var policy = policy("trimmed-mean(f=1)", "median", "sgd(lr=1)");

        var close = closeRound(policy, 1);

        assertThat(close.outcome().rule()).isEqualTo("trimmed-mean(f=1)");
        assertThat(close.outcome().reason()).isEqualTo("every planned update was accepted");
    }

    @Test
    void noRoundIsPlannedWithoutTheSiloThatItsRuleTrusts() {
        var policy = policy("monna(f=0, trusted=d)", "extend", "sgd(lr=1)");
        openRound(policy);
        assertThat(state.open()).isNull();

        var plan =
                only(apply(policy.onPresence(state, "d", here(1), 10)), Decision.Plan.class).plan();

        assertThat(plan.silos())
                .extracting(SiloAssignment::silo)
                .containsExactly("a", "b", "c", "d");
    }

    @Test
    void aTrustedSiloThatIsMissingAtTheCloseCallsForTheFallback() {
        var policy = policy("monna(f=0, trusted=c)", "median", "sgd(lr=1)");
        openRound(policy);
        apply(policy.onUpdate(state, complete("a", 1, 20), 20));
        apply(policy.onUpdate(state, complete("b", 1, 30), 30));

        var close = only(apply(policy.onWake(state, 30 + GRACE)), Decision.Close.class);

        assertThat(close.outcome().rule()).isEqualTo("median");
        assertThat(close.outcome().reason()).contains("(fallback median)");
    }

    @Test
    void stepsOfTheServerOptimizerAreCountedAsLongAsItsMomentsStay() {
        var adam = "fedadam(lr=0.1)";
        assertThat(closeRound(policy("mean", "extend", adam), 1).optimizerStep()).isEqualTo(1);
        assertThat(closeRound(policy("mean", "extend", adam), 2).optimizerStep()).isEqualTo(2);
        var slower = policy("mean", "extend", "fedadam(lr=0.01)");
        assertThat(closeRound(slower, 3).optimizerStep()).isEqualTo(3);
        var other = policy("mean", "extend", "momentum(lr=1, momentum=0.9)");
        assertThat(closeRound(other, 4).optimizerStep()).isEqualTo(1);
        assertThat(closeRound(other, 5).optimizerStep()).isEqualTo(2);
        assertThat(closeRound(slower, 6).optimizerStep()).isEqualTo(1);
    }

    @Test
    void aJobWithoutStateCountsOnFromTheManifestIfItsMomentsAreThere() {
        var manifest =
                Altered.copy(
                        Altered.copy(version(7, List.of()), "serverOptimizer", "fedadam(lr=0.1)"),
                        "measurements",
                        List.of(
                                new Measurement(RoundPolicy.OPTIMIZER_STEPS, 5),
                                new Measurement("clipping-norm", 3),
                                new Measurement(RoundPolicy.COMBINED_DELTA_NORM, 2)));
        var adam = policy("mean", "extend", "fedadam(lr=0.1)");

        state = RoundPolicy.begin(manifest, true);
        assertThat(state.measurements()).containsExactly(new Measurement("clipping-norm", 3));
        assertThat(closeRound(adam, 8).optimizerStep()).isEqualTo(6);

        state = RoundPolicy.begin(manifest, false);
        assertThat(closeRound(adam, 8).optimizerStep()).isEqualTo(1);

        state = RoundPolicy.begin(manifest, true);
        var other = policy("mean", "extend", "fedadagrad(lr=0.1)");
        assertThat(closeRound(other, 8).optimizerStep()).isEqualTo(1);
    }

    @Test
    void aRoundForASampleNamesItsSilosOnlyAndTheirWeightsSumToOne() {
        var plan = Altered.copy(federation("mean", WeightBasis.DECLARED_TOKENS, 3), "rounds", 0);
        var sampling = new RoundPolicy(Altered.copy(plan, "sample", new SampleSize("2")));
        openRound(sampling);

        var planned = state.open().plan().silos();

        assertThat(planned).hasSize(2).isSubsetOf(assignments("a", "b", "c"));
        var left = new ArrayList<>(List.of("a", "b", "c"));
        for (var assignment : planned) {
            left.remove(assignment.silo());
        }
        assertReason(
                sampling.onUpdate(state, complete(left.get(0), 1, 15), 15),
                RejectionReason.NOT_IN_PLAN);
        apply(sampling.onUpdate(state, complete(planned.get(0).silo(), 1, 20), 20));
        var close =
                only(
                        apply(sampling.onUpdate(state, complete(planned.get(1).silo(), 1, 30), 30)),
                        Decision.Close.class);
        assertThat(close.outcome().reason()).isEqualTo("every planned update was accepted");
    }

    @Test
    void refusesFallbacksThatCannotWork() {
        assertThatThrownBy(
                        () ->
                                federation(
                                        "median",
                                        "krum(f=0)",
                                        "sgd(lr=1)",
                                        WeightBasis.DECLARED_TOKENS,
                                        3))
                .hasMessageContaining("fallback krum(f=0) has no well-founded form for unequal");
        assertThatThrownBy(() -> policy("krum(f=1)", "lower-f", "sgd(lr=1)"))
                .hasMessageContaining("krum needs n >= 2f+3, got n=3, f=1");
        assertThatThrownBy(() -> policy("krum(f=0)", "trimmed-mean(f=1)", "sgd(lr=1)"))
                .hasMessageContaining("rule 'krum(f=0)' is not defined for a quorum of 2")
                .hasMessageContaining("fallback 'trimmed-mean(f=1)' does not help");
        assertThatThrownBy(
                        () ->
                                policy(
                                        "dp-mean(clip=1, adaptive=true, noise=9)",
                                        "extend",
                                        "sgd(lr=1)"))
                .hasMessageContaining("dp-mean");
    }

    @Test
    void refusesPlansThatCannotWork() {
        assertThatThrownBy(() -> WeightBasis.parse("processed-tokens"))
                .hasMessageContaining("with rule fednova it undoes the normalisation");
        assertThatThrownBy(() -> federation("trimmed-mean(f=1)", WeightBasis.UNIFORM, 3))
                .hasMessageContaining("is not defined for a quorum of 2")
                .hasMessageContaining("trimmed-mean needs n > 2f, got n=2, f=1")
                .hasMessageContaining("raise the quorum, or let the fallback be");
        var plan = Altered.copy(federation("mean", WeightBasis.UNIFORM, 3), "quorum", 1);
        assertThatThrownBy(() -> Altered.copy(plan, "graceFactor", 3.0))
                .hasStackTraceContaining("a quorum of at least 2, got 1");
        assertThatThrownBy(() -> Altered.copy(plan, "graceMinMillis", GRACE + 1))
                .hasStackTraceContaining("the least grace must be 0 ms to the grace (100 ms)");
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

    private void openRound(RoundPolicy policy) {
        for (var silo : List.of("a", "b", "c")) {
            apply(policy.onPresence(state, silo, here(1), 0));
        }
    }

    /** A round in which all come, and whose version appears. */
    private Decision.Close closeRound(RoundPolicy policy, int round) {
        openRound(policy);
        apply(policy.onUpdate(state, complete("a", round, 20), 20));
        apply(policy.onUpdate(state, complete("b", round, 20), 20));
        var close =
                only(
                        apply(policy.onUpdate(state, complete("c", round, 20), 20)),
                        Decision.Close.class);
        // The next one is planned by another policy.
        state = state.withVersion(round, 0).withPublication(null);
        return close;
    }

    /** Quorum 2, at most {@link #GRACE}. */
    private static RoundPolicy adaptive(long minMillis, double factor) {
        var plan = federation("mean", WeightBasis.UNIFORM, 3);
        return new RoundPolicy(
                Altered.copy(
                        Altered.copy(plan, "graceMinMillis", minMillis), "graceFactor", factor));
    }

    /** With half the weight each: they declare the same. */
    private static List<SiloAssignment> assignments(String... silos) {
        return Stream.of(silos)
                .map(s -> new SiloAssignment(s, 0.5, s.equals("b") ? 10 : 4))
                .toList();
    }

    private static RoundPolicy policy(String rule, String fallback, String serverOptimizer) {
        return new RoundPolicy(federation(rule, fallback, serverOptimizer, WeightBasis.UNIFORM, 3));
    }

    private List<Decision> apply(Step step) {
        state = step.state();
        return step.decisions();
    }

    private Step update(String silo, int round, long now) {
        return policy.onUpdate(state, complete(silo, round, round - 1, 1, 1, now), now);
    }

    private Step evict(String silo, long now) {
        return command(ControlCommand.Kind.EVICT, silo, now);
    }

    private Step command(ControlCommand.Kind kind, String silo, long now) {
        var command = new ControlCommand("main", kind, silo, "", "ada", "");
        return policy.onCommand(state, new GivenCommand(offset++, now, command, null, false), now);
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
}
