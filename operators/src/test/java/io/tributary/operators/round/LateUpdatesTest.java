package io.tributary.operators.round;

import static io.tributary.operators.round.PolicySamples.DEADLINE;
import static io.tributary.operators.round.PolicySamples.GRACE;
import static io.tributary.operators.round.PolicySamples.PUBLISH_TIMEOUT;
import static io.tributary.operators.round.PolicySamples.complete;
import static io.tributary.operators.round.PolicySamples.federation;
import static io.tributary.operators.round.PolicySamples.here;
import static io.tributary.operators.round.PolicySamples.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.update.RejectionReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Updates that come after their round has closed, rounds that do not wait, and restarts. */
class LateUpdatesTest {

    private static final Pace FOLDING = new Pace(Pace.Mode.SYNCHRONOUS, 2, 0.5);
    private static final Pace ASYNCHRONOUS = new Pace(Pace.Mode.ASYNCHRONOUS, 2, 0.5);
    private static final Pace OVERLAPPED = new Pace(Pace.Mode.OVERLAPPED, 0, 0);

    private RoundPolicy policy = policy(FOLDING);
    private CoordinatorState state = RoundPolicy.begin(version(0, List.of()), false);

    @Test
    void aLateUpdateCountsInTheNextRoundAtALesserWeight() {
        closeWithout("c");
        assertThat(update("c", 1, 200)).isEmpty(); // no round is open: it waits

        var opened = apply(policy.onVersion(state, 1, 250));

        var accepted = only(opened, Decision.Accept.class).accepted();
        assertThat(accepted.silo()).isEqualTo("c");
        assertThat(accepted.weight()).isCloseTo(Math.pow(2, -0.5) / 3, within(1e-15));
        update("a", 2, 300);
        var close = only(update("b", 2, 300), Decision.Close.class);
        assertThat(close.plan().round()).isEqualTo(2);
        assertThat(close.cohort()).extracting(AcceptedUpdate::silo).containsExactly("a", "b", "c");
        assertThat(close.outcome().verdicts())
                .extracting(UpdateVerdict::round)
                .containsExactly(2, 2, 1);
        assertThat(close.outcome().reason()).endsWith("and 1 of earlier rounds");
    }

    /** A silo has one row in a version, however fast or late it is. */
    @Test
    void aSecondUpdateOfASiloWaitsForTheNextRound() {
        closeWithout("c");
        apply(policy.onVersion(state, 1, 150));
        assertThat(only(update("c", 1, 200), Decision.Accept.class)).isNotNull();
        assertThat(update("c", 2, 210)).noneMatch(Decision.Accept.class::isInstance);
        update("a", 2, 300);
        var close = only(update("b", 2, 300), Decision.Close.class);
        assertThat(close.cohort()).hasSize(3);

        var accepted = only(apply(policy.onVersion(state, 2, 400)), Decision.Accept.class);
        assertThat(accepted.accepted().update().id().round()).isEqualTo(2);
        assertThat(accepted.plan().round()).isEqualTo(3);
    }

    @Test
    void anUpdateThatIsTooLateIsRefused() {
        for (int round = 1; round <= 3; round++) {
            openAt(round, 1_000L * round);
            update("a", round, 1_000L * round + 1);
            update("b", round, 1_000L * round + 1);
            only(wake(1_000L * round + 1 + GRACE), Decision.Close.class);
            apply(policy.onVersion(state, round, 1_000L * round + 200));
        }
        assertThat(state.open().plan().round()).isEqualTo(4);

        var reject = only(update("c", 1, 5_000), Decision.Reject.class).rejected();
        assertThat(reject.reason()).isEqualTo(RejectionReason.STALE);
        assertThat(reject.detail())
                .isEqualTo(
                        "round 4 is open, and an update of round 1 is taken up to 2 rounds later");
        var accepted = only(update("c", 2, 5_000), Decision.Accept.class).accepted();
        assertThat(accepted.weight()).isCloseTo(Math.pow(3, -0.5) / 3, within(1e-15));
    }

    @Test
    void anUpdateThatWaitsIsOneUpdateHoweverOftenItComes() {
        closeWithout("c");
        apply(policy.onVersion(state, 1, 150));
        update("c", 1, 160);
        update("c", 2, 170); // has to wait for round 3
        assertThat(state.waiting()).hasSize(1);

        var again = only(update("c", 2, 175), Decision.Reject.class).rejected();

        assertThat(again.reason()).isEqualTo(RejectionReason.DUPLICATE);
        assertThat(state.waiting()).hasSize(1);
    }

    @Test
    void aLateUpdateCountsOnce() {
        closeWithout("c");
        apply(policy.onVersion(state, 1, 150));
        update("c", 1, 160);
        var again = only(update("c", 1, 170), Decision.Reject.class).rejected();
        assertThat(again.reason()).isEqualTo(RejectionReason.DUPLICATE);
    }

    @Test
    void aLateUpdateHasToBeOfThePlanItNames() {
        closeWithout("c");
        apply(policy.onVersion(state, 1, 150));
        var other = Altered.copy(complete("c", 1, 160), "baseVersion", 7);
        var reject = only(apply(policy.onUpdate(state, other, 160)), Decision.Reject.class);
        assertThat(reject.rejected().reason()).isEqualTo(RejectionReason.WRONG_BASE_VERSION);
        var stranger = only(update("z", 1, 160), Decision.Reject.class).rejected();
        assertThat(stranger.reason()).isEqualTo(RejectionReason.NOT_IN_PLAN);
    }

    @Test
    void anAsynchronousRoundClosesWithItsQuorum() {
        policy = policy(ASYNCHRONOUS);
        openAt(1, 0);
        update("a", 1, 10);
        var close = only(update("b", 1, 20), Decision.Close.class);
        assertThat(close.plan().graceMillis()).isZero();
        assertThat(close.outcome().reason())
                .isEqualTo("2 of 3 planned updates were accepted by the quorum");
        update("c", 1, 25);
        apply(policy.onVersion(state, 1, 30));
        assertThat(state.open().accepted()).extracting(AcceptedUpdate::silo).containsExactly("c");
        var next = only(update("a", 2, 40), Decision.Close.class);
        assertThat(next.cohort()).extracting(AcceptedUpdate::silo).containsExactly("a", "c");
    }

    @Test
    void anOverlappedRoundIsPlannedBeforeTheVersionBeforeItIsThere() {
        policy = policy(OVERLAPPED);
        openAt(1, 0);
        update("a", 1, 10);
        update("b", 1, 10);
        var closed = update("c", 1, 20);

        assertThat(only(closed, Decision.Close.class).plan().baseVersion()).isZero();
        var plan = only(closed, Decision.Plan.class).plan();
        assertThat(plan.round()).isEqualTo(2);
        assertThat(plan.baseVersion()).isZero();
        assertThat(plan.clock()).isEqualTo(10); // it goes on as if the version were there
        assertThat(state.publication().version()).isEqualTo(1);

        // Its chunks are still being made: what is accepted now is told them when they are.
        for (var silo : List.of("a", "b", "c")) {
            assertThat(apply(policy.onUpdate(state, of(plan, silo), 30))).isEmpty();
        }
        var appeared = apply(policy.onVersion(state, 1, 40));
        assertThat(appeared).filteredOn(Decision.Accept.class::isInstance).hasSize(3);
        assertThat(only(appeared, Decision.Close.class).plan().round()).isEqualTo(2);
        assertThat(only(appeared, Decision.Plan.class).plan().baseVersion()).isEqualTo(1);
    }

    @Test
    void anOverlappedRoundIsNotExtendedWhileTheVersionBeforeItIsAwaited() {
        policy = policy(OVERLAPPED);
        openAt(1, 0);
        update("a", 1, 10);
        update("b", 1, 10);
        update("c", 1, 20);
        var late = wake(20 + DEADLINE);
        assertThat(late).noneMatch(Decision.Tell.class::isInstance);
        assertThat(only(late, Decision.Republish.class).version()).isEqualTo(1);
        assertThat(apply(policy.onVersion(state, 1, 30 + DEADLINE)))
                .filteredOn(Decision.Tell.class::isInstance)
                .hasSize(1);
    }

    /** A job that begins with version 1 reads the updates of round 1 again, in any order. */
    @Test
    void whatTheVersionContainsIsNotRefusedWhenItIsReadBehindTheOverlappedRound() {
        policy = policy(OVERLAPPED);
        openAt(1, 0);
        update("a", 1, 10);
        update("b", 1, 10);
        var plan = only(update("c", 1, 20), Decision.Plan.class).plan();
        var member = new CohortMember("a", "", 1, 1, 0, 1, 1, 1, 1, 1, 1);
        var version = Altered.copy(version(1, List.of(member)), "chunksSinceMillis", 20L);

        state = RoundPolicy.begin(version, false);
        apply(policy.resume(state, plan, 100));
        only(apply(policy.onUpdate(state, of(plan, "a"), 110)), Decision.Accept.class);

        assertThat(update("a", 1, 10)).isEmpty();
    }

    /** What came while nobody was reading has to be read before anybody is late. */
    @Test
    void afterARestartEveryWaitBeginsAnew() {
        openAt(1, 0);
        update("a", 1, 10);
        update("b", 1, 20);
        long restart = 100 * DEADLINE;

        state = policy.onRestart(state, restart);

        assertThat(policy.wakeMillis(state, restart)).hasValue(restart + GRACE);
        assertThat(wake(restart + GRACE - 1)).noneMatch(Decision.Close.class::isInstance);
        var close = only(update("c", 1, restart + GRACE - 1), Decision.Close.class);
        assertThat(close.cohort()).hasSize(3);

        state = policy.onRestart(state, 2 * restart);
        assertThat(wake(2 * restart + PUBLISH_TIMEOUT - 1)).isEmpty();
        only(wake(2 * restart + PUBLISH_TIMEOUT), Decision.Republish.class);
    }

    @Test
    void afterARestartARoundStillHasAnEnd() {
        openAt(1, 0);
        update("a", 1, 10);
        long restart = 100 * DEADLINE;
        state = policy.onRestart(state, restart);
        assertThat(only(wake(restart + GRACE), Decision.Tell.class).outcome().reason())
                .startsWith("1 of 2 updates of the quorum at the deadline");
    }

    @Test
    void refusesAPaceThatCannotWork() {
        assertThatThrownBy(() -> new Pace(Pace.Mode.ASYNCHRONOUS, 0, 0.5))
                .hasMessageContaining("the staleness limit must be at least 1, got 0");
        assertThatThrownBy(() -> new Pace(Pace.Mode.SYNCHRONOUS, 65, 0.5))
                .hasMessageContaining("staleness limit must be 0 to 64 rounds, got 65");
        assertThatThrownBy(() -> Pace.Mode.parse("eager")).hasMessageContaining("got 'eager'");
        var counting = federation("krum(f=0)", "mean", "sgd(lr=1)", WeightBasis.UNIFORM, 3);
        assertThatThrownBy(() -> Altered.copy(counting, "pace", FOLDING))
                .hasStackTraceContaining("rule krum(f=0) (fallback mean) counts rows");
    }

    private static RoundPolicy policy(Pace pace) {
        var federation = federation("mean", WeightBasis.UNIFORM, 3);
        return new RoundPolicy(Altered.copy(Altered.copy(federation, "pace", pace), "rounds", 9));
    }

    private void openAt(int round, long nowMillis) {
        for (var silo : List.of("a", "b", "c")) {
            apply(policy.onPresence(state, silo, here(1), nowMillis));
        }
        assertThat(state.open().plan().round()).isEqualTo(round);
    }

    private void closeWithout(String silo) {
        openAt(1, 0);
        List.of("a", "b", "c").stream().filter(s -> !s.equals(silo)).forEach(s -> update(s, 1, 10));
        only(wake(10 + GRACE), Decision.Close.class);
    }

    private static CompleteUpdate of(RoundPlan plan, String silo) {
        return Altered.copy(complete(silo, plan.round(), 30), "baseVersion", plan.baseVersion());
    }

    private List<Decision> update(String silo, int round, long nowMillis) {
        return apply(policy.onUpdate(state, complete(silo, round, nowMillis), nowMillis));
    }

    private List<Decision> wake(long nowMillis) {
        return apply(policy.onWake(state, nowMillis));
    }

    private List<Decision> apply(Step step) {
        state = step.state();
        return step.decisions();
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
