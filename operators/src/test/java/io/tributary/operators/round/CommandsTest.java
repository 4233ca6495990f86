package io.tributary.operators.round;

import static io.tributary.operators.round.PolicySamples.complete;
import static io.tributary.operators.round.PolicySamples.federation;
import static io.tributary.operators.round.PolicySamples.here;
import static io.tributary.operators.round.PolicySamples.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlCommand.Kind;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CommandsTest {

    private static final long NOW = 50;

    private final FederationPlan federation = federation("mean", WeightBasis.UNIFORM, 3);
    private final Commands commands = new Commands(federation, false);
    private final List<Decision> decisions = new ArrayList<>();
    private CoordinatorState state = RoundPolicy.begin(version(4, List.of()), false);
    private long offset = 10;

    @Test
    void everyCommandIsAnsweredUnderItsOffset() {
        var answer = obey(Kind.PAUSE, "");

        assertThat(answer)
                .isEqualTo(
                        new ControlOutcome(
                                "main",
                                10,
                                true,
                                "no new round is planned until it is resumed",
                                5,
                                NOW));
        assertThat(state.control().nextOffset()).isEqualTo(11);
    }

    @Test
    void pausedIsPausedOnceAndResumedOnce() {
        obey(Kind.PAUSE, "");
        assertThat(state.control().paused()).isTrue();
        refused(obey(Kind.PAUSE, ""), "paused already");

        assertThat(obey(Kind.RESUME, "").applied()).isTrue();

        assertThat(state.control().paused()).isFalse();
        refused(obey(Kind.RESUME, ""), "not paused", "not to stop");
    }

    @Test
    void aResumeTakesBackTheRoundToStopAfter() {
        assertThat(obey(Kind.STOP, "7").detail()).isEqualTo("round 7 is the last");
        assertThat(state.control().stopAfter()).isEqualTo(7);

        assertThat(obey(Kind.RESUME, "").applied()).isTrue();

        assertThat(state.control().stopAfter()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "STOP;3;round 4 has been planned already",
                "STOP;soon;a round must be a whole number, got 'soon'",
                "ROLL_BACK;4;version 4 is not behind the newest, 4",
                "ROLL_BACK;one;a version must be a whole number, got 'one'",
                "ROLL_BACK;1;version 1 cannot be read whole any more",
                "READMIT;a;silo a has not been evicted"
            })
    void whatCannotBeObeyedIsSaidAndChangesNothing(Kind kind, String subject, String why) {
        var before = state;

        var answer = obey(kind, subject);

        assertThat(answer.applied()).isFalse();
        assertThat(answer.detail()).isEqualTo(why);
        assertThat(state).isEqualTo(before.withControl(before.control().read(10)));
    }

    @Test
    void theRoundThatIsOpenCanBeTheLast() {
        assertThat(obey(Kind.STOP, "4").applied()).isTrue();
    }

    @Test
    void anEvictedSiloIsNotLiveUntilItIsReadmitted() {
        obey(Kind.EVICT, "b");
        assertThat(state.evicted()).containsExactly("b");
        refused(obey(Kind.EVICT, "b"), "silo b has been evicted already");

        assertThat(obey(Kind.READMIT, "b").applied()).isTrue();

        assertThat(state.evicted()).isEmpty();
    }

    @Test
    void whatWaitsOfAnEvictedSiloIsRefused() {
        state = state.withWaiting(List.of(complete("a", 5, 1), complete("b", 5, 2)));

        assertThat(obey(Kind.EVICT, "b").applied()).isTrue();

        assertThat(state.waiting()).extracting(u -> u.silo()).containsExactly("a");
        assertThat(decisions)
                .filteredOn(Decision.Reject.class::isInstance)
                .singleElement()
                .extracting(d -> ((Decision.Reject) d).rejected())
                .satisfies(
                        rejected -> {
                            assertThat(rejected.silo()).isEqualTo("b");
                            assertThat(rejected.reason()).isEqualTo(RejectionReason.EVICTED);
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "round.rule;median",
                "round.fallback;lower-f",
                "round.server-optimizer;sgd(lr=0.5)",
                "round.min-silos;4",
                "round.sample;2",
                "round.quorum;3",
                "round.grace;0",
                "round.deadline;2592000000",
                "round.local-steps;9",
                "local.learning-rate;0.2"
            })
    void everySettingCanBeChanged(String key, String value) {
        var answer = change(key, value);

        assertThat(answer.applied()).as(answer.detail()).isTrue();
        assertThat(answer.detail())
                .isEqualTo("%s is %s".formatted(key, PlanSetting.of(key).describe(value)));
        assertThat(state.control().changes()).containsExactly(new PlanChange(key, value));
        assertThat(federation.with(state.control().changes())).isNotEqualTo(federation);
    }

    /** As the command line prints what it has sent. */
    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "1500, 1500 ms",
        "90000, 90 s",
        "300000, 5 min",
        "7200000, 2 h",
        "172800000, 2 d"
    })
    void aDurationIsAnsweredInTheLargestUnitItIsAWholeNumberOf(String millis, String words) {
        assertThat(PlanSetting.GRACE.describe(millis)).isEqualTo(words);
    }

    @ParameterizedTest
    @EnumSource(PlanSetting.class)
    void noSettingTakesNonsense(PlanSetting setting) {
        refused(change(setting.key(), "no such thing"), "no such thing");
        assertThat(state.control().changes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "round.quorum;4;quorum must be 1 to the minimum of silos (3), got 4",
                "round.quorum;0;round.quorum must be at least 1, got 0",
                "round.min-silos;1;quorum must be 1 to the minimum of silos (1), got 2",
                "round.sample;1;cannot hold the 2 silos of the quorum",
                "round.rule;krum(f=1);krum",
                "round.deadline;0;round.deadline must be 1 to",
                "round.deadline;99999999999999999;round.deadline must be 1 to",
                "round.grace;-1;round.grace must be 0 to",
                "round.local-steps;0;round.local-steps must be at least 1",
                "local.learning-rate;0.01;at least local.min-learning-rate (0.1)",
                "local.learning-rate;NaN;got NaN",
                "round.rule;dp-mean(clip=1, noise=1);privacy.noise-secret",
                "round.codec;f16;cannot be changed while a federation runs"
            })
    void aChangeThatWouldNotWorkIsRefused(String key, String value, String why) {
        refused(change(key, value), why);
        assertThat(state.control().changes()).isEmpty();
    }

    /** What is refused alone can be right after something else has changed. */
    @Test
    void aChangeIsJudgedWithThoseBeforeIt() {
        refused(change("round.quorum", "5"), "5");
        assertThat(change("round.min-silos", "5").applied()).isTrue();
        assertThat(change("round.quorum", "5").applied()).isTrue();
        refused(change("round.min-silos", "3"), "quorum");
    }

    @Test
    void aSettingIsChangedToTheLastOfItsValues() {
        change("round.quorum", "1");
        change("round.local-steps", "9");
        change("round.quorum", "3");

        assertThat(state.control().changes())
                .containsExactly(
                        new PlanChange("round.local-steps", "9"),
                        new PlanChange("round.quorum", "3"));
    }

    @Test
    void aRuleWithNoiseIsTakenWhereThereIsASecret() {
        var secretive = new Commands(federation, true);
        var command = command(Kind.CHANGE_PLAN, "round.rule", "dp-mean(clip=1, noise=1)");

        secretive.obey(state, new GivenCommand(1, 1, command, null, false), NOW, decisions);

        assertThat(lastAnswer().applied()).as(lastAnswer().detail()).isTrue();
    }

    @Test
    void aRollBackWaitsForItsTurnAndNoOtherIsTaken() {
        var answer = rollBack(2, true);

        assertThat(answer.detail())
                .isEqualTo("version 2 becomes version 5, with the server optimizer's moments");
        assertThat(answer.round()).as("the round after version 5").isEqualTo(6);
        assertThat(state.control().rollBack())
                .satisfies(
                        rollBack -> {
                            assertThat(rollBack.target().version()).isEqualTo(2);
                            assertThat(rollBack.moments()).isTrue();
                            assertThat(rollBack.givenMillis()).isEqualTo(7);
                        });
        refused(rollBack(1, true), "a roll-back to version 2 is under way");
    }

    /** With an open round its number goes to the version that comes back. */
    @Test
    void aRollBackTakesTheNumberOfTheOpenRound() {
        var policy = new RoundPolicy(Altered.copy(federation, "rounds", 0));
        for (var silo : List.of("a", "b", "c")) {
            state = policy.onPresence(state, silo, here(1), NOW).state();
        }
        assertThat(state.open().plan().round()).isEqualTo(5);

        var answer = rollBack(2, false);

        assertThat(answer.detail())
                .isEqualTo("version 2 becomes version 5, the server optimizer begins anew");
        assertThat(answer.round()).isEqualTo(6);
    }

    @Test
    void aVersionWithAnotherLayoutCannotComeBack() {
        state = Altered.copy(state, "layoutDigest", "another");

        refused(rollBack(2, true), "another layout");
        assertThat(state.control().rollBack()).isNull();
    }

    @Test
    void whatIsRecalledIsWhatWasObeyedButForRollBacks() {
        recall(Kind.EVICT, "c", "");
        recall(Kind.PAUSE, "", "");
        recall(Kind.CHANGE_PLAN, "round.quorum", "1");
        recall(Kind.ROLL_BACK, "2", "");

        assertThat(state.evicted()).containsExactly("c");
        assertThat(state.control())
                .isEqualTo(
                        new ControlState(
                                14, true, 0, List.of(new PlanChange("round.quorum", "1")), null));
        assertThat(decisions).as("they were answered then").isEmpty();
    }

    /** Stopped after round 2, and rolled back twice since. */
    @Test
    void aFederationThatWasStoppedLongAgoIsRecalledAsStopped() {
        recall(Kind.STOP, "2", "");

        assertThat(state.control().stopAfter()).isEqualTo(2);
    }

    @Test
    void whatWasRefusedIsPassedOver() {
        state = commands.passOver(state, 10);

        assertThat(state.control()).isEqualTo(ControlState.NONE.read(10));
    }

    private ControlOutcome obey(Kind kind, String subject) {
        return obey(kind, subject, "", null, false);
    }

    private ControlOutcome change(String key, String value) {
        return obey(Kind.CHANGE_PLAN, key, value, null, false);
    }

    private ControlOutcome rollBack(int target, boolean moments) {
        return obey(
                Kind.ROLL_BACK, String.valueOf(target), "", version(target, List.of()), moments);
    }

    private ControlOutcome obey(
            Kind kind, String subject, String value, ModelVersion target, boolean moments) {
        var given = new GivenCommand(offset++, 7, command(kind, subject, value), target, moments);
        state = commands.obey(state, given, NOW, decisions);
        return lastAnswer();
    }

    private void recall(Kind kind, String subject, String value) {
        var command = command(kind, subject, value);
        state = commands.recall(state, new GivenCommand(offset++, 7, command, null, false));
    }

    private static ControlCommand command(Kind kind, String subject, String value) {
        return new ControlCommand("main", kind, subject, value, "ada", "");
    }

    private ControlOutcome lastAnswer() {
        return decisions.stream()
                .filter(Decision.Answer.class::isInstance)
                .map(d -> ((Decision.Answer) d).outcome())
                .reduce((before, last) -> last)
                .orElseThrow();
    }

    private static void refused(ControlOutcome answer, String... parts) {
        assertThat(answer.applied()).as(answer.detail()).isFalse();
        assertThat(answer.detail()).contains(parts);
    }
}
