package io.tributary.operators.round;

import static io.tributary.operators.round.PolicySamples.DEADLINE;
import static io.tributary.operators.round.PolicySamples.GRACE;
import static io.tributary.operators.round.PolicySamples.complete;
import static io.tributary.operators.round.PolicySamples.federation;
import static io.tributary.operators.round.PolicySamples.here;
import static io.tributary.operators.round.PolicySamples.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncementsTest {

    private RoundPolicy policy = new RoundPolicy(federation("mean", WeightBasis.UNIFORM, 3));
    private CoordinatorState state = RoundPolicy.begin(version(0, List.of()), false);
    private long offset;

    @ParameterizedTest
    @ValueSource(strings = {"mean", "fednova"})
    void anAnnouncedUploadIsExpectedWithTheWeightItWillHave(String rule) {
        policy = new RoundPolicy(federation(rule, WeightBasis.UNIFORM, 3));
        openRound();

        var expect = only(announce("b", 1), Decision.Expect.class);
        var accept = only(update("b", 1), Decision.Accept.class);

        assertThat(expect.plan()).isEqualTo(accept.plan());
        assertThat(expect.announced().countsLike(accept.accepted())).isTrue();
    }

    @Test
    void itCountsForNothingUntilItIsWhole() {
        openRound();
        update("a", 1);
        announce("b", 1);
        announce("c", 1);

        assertThat(state.open().hasQuorum()).isFalse();
        assertThat(state.open().accepted()).extracting(AcceptedUpdate::silo).containsExactly("a");
        assertThat(state.standing("b").acceptedRounds()).isEmpty();
        assertThat(policy.wakeMillis(state, 10)).hasValue(DEADLINE);
    }

    @Test
    void aWholeUploadIsAcceptedAndAnnouncedNoMore() {
        openRound();
        announce("a", 1);
        announce("b", 1);
        announce("c", 1);

        assertThat(update("a", 1)).hasOnlyElementsOfType(Decision.Accept.class);
        assertThat(update("b", 1)).hasOnlyElementsOfType(Decision.Accept.class);
        var last = update("c", 1);

        assertThat(last).hasExactlyElementsOfTypes(Decision.Accept.class, Decision.Close.class);
        assertThat(only(last, Decision.Close.class).cohort()).hasSize(3);
    }

    @Test
    void aFaultyUploadIsWithdrawnAndTheNextAttemptIsExpected() {
        openRound();
        announce("a", 1);
        var faulty = Altered.copy(upload("a", 1), "faulty", true);

        var withdrawn = only(apply(policy.onUpdate(state, faulty, 20)), Decision.Withdraw.class);

        assertThat(withdrawn.announced().update().id()).isEqualTo(faulty.id());
        assertThat(state.open().faulty()).containsExactly("a");
        assertThat(apply(policy.onUpdate(state, faulty, 20))).isEmpty();
        only(announce("a", 2), Decision.Expect.class);
        only(update("a", 2), Decision.Accept.class);
        assertThat(state.open().announced()).isEmpty();
    }

    @Test
    void aFaultOfAnotherUploadLeavesItAlone() {
        openRound();
        announce("a", 1);

        var other = Altered.copy(upload("a", 2), "faulty", true);

        assertThat(apply(policy.onUpdate(state, other, 20))).isEmpty();
        only(update("a", 1), Decision.Accept.class);
    }

    /** What only the whole upload shows. */
    @Test
    void anUploadThatIsRefusedWhenItIsWholeIsWithdrawn() {
        openRound();
        announce("a", 1);
        var tooLarge = Altered.copy(upload("a", 1), "largest", 5_000.0);

        var decisions = apply(policy.onUpdate(state, tooLarge, 20));

        assertThat(only(decisions, Decision.Reject.class).rejected().reason())
                .isEqualTo(RejectionReason.OUT_OF_RANGE);
        only(decisions, Decision.Withdraw.class);
        assertThat(state.open().announced()).isEmpty();
    }

    @Test
    void whatIsNotWholeAtTheCloseIsWithdrawnBeforeIt() {
        openRound();
        announce("c", 1);
        update("a", 1);
        update("b", 1);

        var decisions = apply(policy.onWake(state, 10 + GRACE));

        assertThat(decisions)
                .hasExactlyElementsOfTypes(Decision.Withdraw.class, Decision.Close.class);
        assertThat(only(decisions, Decision.Close.class).cohort())
                .extracting(AcceptedUpdate::silo)
                .containsExactly("a", "b");
        assertThat(only(update("c", 1), Decision.Reject.class).rejected().reason())
                .isEqualTo(RejectionReason.LATE);
    }

    @Test
    void ofTwoUploadsOfASiloTheOneThatIsWholeFirstCounts() {
        openRound();
        announce("a", 1);
        assertThat(announce("a", 2)).isEmpty();

        var decisions = update("a", 2);

        assertThat(decisions)
                .hasExactlyElementsOfTypes(Decision.Withdraw.class, Decision.Accept.class);
        assertThat(only(decisions, Decision.Withdraw.class).announced().update().id().attempt())
                .isEqualTo(1);
        assertThat(only(update("a", 1), Decision.Reject.class).rejected().reason())
                .isEqualTo(RejectionReason.DUPLICATE);
    }

    /** A second manifest of the same upload, with another normalizer. */
    @Test
    void anUploadThatIsNotWhatWasAnnouncedIsWithdrawnAndTakenAsItIs() {
        openRound();
        announce("a", 1);

        var decisions =
                apply(policy.onUpdate(state, Altered.copy(upload("a", 1), "normalizer", 3.0), 20));

        assertThat(decisions)
                .hasExactlyElementsOfTypes(Decision.Withdraw.class, Decision.Accept.class);
        assertThat(state.open().announced()).isEmpty();
    }

    @Test
    void whatAnEvictedSiloAnnouncedIsWithdrawnWhenItIsWhole() {
        openRound();
        announce("b", 1);
        assertThat(evict("b")).noneMatch(Decision.Withdraw.class::isInstance);

        var decisions = update("b", 1);

        assertThat(only(decisions, Decision.Reject.class).rejected().reason())
                .isEqualTo(RejectionReason.EVICTED);
        only(decisions, Decision.Withdraw.class);
    }

    @Test
    void whatAnEvictedSiloAnnouncedIsInNoVersionIfItNeverIsWhole() {
        openRound();
        announce("b", 1);
        evict("b");
        update("a", 1);

        assertThat(update("c", 1))
                .hasExactlyElementsOfTypes(
                        Decision.Accept.class, Decision.Withdraw.class, Decision.Close.class);
    }

    @Test
    void aRoundThatIsPlannedAnewBeginsWithoutWhatWasAnnounced() {
        openRound();
        announce("a", 1);
        announce("b", 1);
        for (var silo : List.of("d", "e", "f")) {
            apply(policy.onPresence(state, silo, here(1), 5));
        }
        evict("a");
        evict("b");

        var decisions = evict("c");

        assertThat(decisions).filteredOn(Decision.Withdraw.class::isInstance).hasSize(2);
        var plan = only(decisions, Decision.Plan.class);
        assertThat(plan.plan().round()).isEqualTo(1);
        assertThat(decisions.indexOf(plan)).isGreaterThan(decisions.indexOf(only(decisions, "b")));
        assertThat(state.open().announced()).isEmpty();
    }

    @Test
    void whatCannotCountIsNotExpected() {
        assertThat(announce("a", 1)).as("no round is open").isEmpty();
        openRound();
        var good = upload("a", 1);
        var cannot =
                List.of(
                        upload("d", 1),
                        Altered.copy(good, "baseVersion", 7),
                        Altered.copy(good, "normalizer", 1e6),
                        Altered.copy(good, "id", new UpdateId(2, 1, 5)),
                        Altered.copy(good, "id", new UpdateId(0, 1, 5)),
                        Altered.copy(
                                good,
                                "members",
                                List.of(new CohortMember("m", "", 1, 1, 0, 1, 1, 1, 1, 1, 1))));
        for (var announced : cannot) {
            assertThat(apply(policy.onAnnouncement(state, announced)))
                    .as("%s", announced)
                    .isEmpty();
        }
        update("a", 1);
        assertThat(announce("a", 2)).as("of a silo whose update is in").isEmpty();
        evict("b");
        assertThat(announce("b", 1)).as("of an evicted silo").isEmpty();
        assertThat(state.open().announced()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"median", "clipping(c=1) | mean", "krum(f=0)"})
    void rulesThatHoldTheirRowsExpectNothing(String rule) {
        policy = new RoundPolicy(federation(rule, "mean", "sgd(lr=1)", WeightBasis.UNIFORM, 3));
        openRound();

        assertThat(announce("a", 1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"SYNCHRONOUS, 1", "ASYNCHRONOUS, 4", "OVERLAPPED, 0"})
    void whereRoundsDoNotWaitNothingIsExpected(Pace.Mode mode, int limit) {
        var plan = federation("mean", WeightBasis.UNIFORM, 3);
        policy = new RoundPolicy(Altered.copy(plan, "pace", new Pace(mode, limit, 0.5)));
        openRound();
        assertThat(state.open()).isNotNull();

        assertThat(announce("a", 1)).isEmpty();
    }

    @Test
    void aRestartGoesOnWithWhatWasAnnounced() {
        openRound();
        announce("a", 1);
        state = policy.onRestart(state, 5_000);

        var faulty = Altered.copy(upload("a", 1), "faulty", true);
        only(apply(policy.onUpdate(state, faulty, 5_020)), Decision.Withdraw.class);
    }

    private void openRound() {
        for (var silo : List.of("a", "b", "c")) {
            apply(policy.onPresence(state, silo, here(1), 0));
        }
    }

    private List<Decision> announce(String silo, int attempt) {
        var announced = Altered.copy(upload(silo, attempt), "norm", 0.0);
        return apply(policy.onAnnouncement(state, Altered.copy(announced, "largest", 0.0)));
    }

    private List<Decision> update(String silo, int attempt) {
        return apply(policy.onUpdate(state, upload(silo, attempt), 10));
    }

    private static CompleteUpdate upload(String silo, int attempt) {
        return Altered.copy(complete(silo, 1, 10), "id", new UpdateId(1, attempt, 7));
    }

    private List<Decision> evict(String silo) {
        var command = new ControlCommand("main", ControlCommand.Kind.EVICT, silo, "", "ada", "");
        var given = new GivenCommand(offset++, 10, command, null, false);
        return apply(policy.onCommand(state, given, 10));
    }

    private List<Decision> apply(Step step) {
        state = step.state();
        return step.decisions();
    }

    private static Decision only(List<Decision> decisions, String silo) {
        return decisions.stream()
                .filter(d -> d instanceof Decision.Withdraw w && w.announced().silo().equals(silo))
                .findFirst()
                .orElseThrow();
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
