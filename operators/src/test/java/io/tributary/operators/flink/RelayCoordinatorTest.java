package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.round.RelayPlan;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.silo.SiloPresence;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A region of the silos a and b, north in its parent's plans. */
class RelayCoordinatorTest {

    private static final long START = 1_000_000;
    private static final ChunkKey FIRST = new ChunkKeys(SmallFederation.MODEL, 1).of(0);
    private static final long HEARTBEAT = 50;
    private static final RelayPlan RELAY =
            new RelayPlan(
                    "north",
                    Altered.copy(
                            Altered.copy(
                                    SmallFederation.federation("mean", "sgd(lr=1)"), "minSilos", 2),
                            "quorum",
                            2),
                    0.5,
                    HEARTBEAT);
    private static final Bootstrap GENESIS =
            new Bootstrap(SmallFederation.version(0), false, null, List.of(), List.of());

    private KeyedTwoInputStreamOperatorTestHarness<
                    String, CoordinatorEvent, RoundEntry, RelayCommand>
            harness;

    @BeforeEach
    void open() throws Exception {
        begin(null);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void aRegionShowsItsParentThatItLivesAtEveryBeat() throws Exception {
        join("silo-a");
        assertThat(presences()).as("one silo is too few for a round").isEmpty();
        join("silo-b");
        assertThat(presences()).extracting(SiloPresence::silos).containsExactly(2);

        harness.setProcessingTime(START + HEARTBEAT - 1);
        assertThat(presences()).isEmpty();
        harness.setProcessingTime(START + HEARTBEAT);
        assertThat(presences())
                .extracting(SiloPresence::kind)
                .containsExactly(SiloPresence.Kind.HEARTBEAT);
        harness.setProcessingTime(START + 2 * HEARTBEAT);
        assertThat(presences()).hasSize(1);
    }

    /** The region's silos have been silent for too long: it does not live either. */
    @Test
    void aRegionWithoutSilosFallsSilent() throws Exception {
        join("silo-a", "silo-b");
        harness.setProcessingTime(START + SmallFederation.SILENCE_MILLIS + HEARTBEAT);
        presences();

        harness.setProcessingTime(START + 2 * SmallFederation.SILENCE_MILLIS);

        assertThat(presences()).isEmpty();
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void aRoundOfTheParentBecomesOneUpdateOfTheRegion() throws Exception {
        closeRound();

        assertThat(kinds())
                .containsExactly(
                        RelayCommand.Kind.OPEN,
                        RelayCommand.Kind.ACCEPT,
                        RelayCommand.Kind.ACCEPT,
                        RelayCommand.Kind.CLOSE);
        var manifest = SideOutput.take(harness, RelayCoordinator.DRAFTS).get(0);
        assertThat(manifest.id().round()).isEqualTo(1);
        assertThat(manifest.id().attempt()).isEqualTo(1);
        assertThat(manifest.members())
                .extracting(m -> m.silo())
                .containsExactly("silo-a", "silo-b");
        assertThat(manifest.members()).extracting(m -> m.relay()).containsOnly("north");
    }

    @Test
    void whatTheParentDoesNotAnswerIsSentAgainAlsoByAJobThatWasStartedAgain() throws Exception {
        closeRound();
        var first = SideOutput.take(harness, RelayCoordinator.DRAFTS).get(0);
        begin(harness.snapshot(1, START));

        join("silo-a");
        harness.setProcessingTime(START + SmallFederation.PUBLISH_TIMEOUT_MILLIS);

        assertThat(kinds()).containsExactly(RelayCommand.Kind.REPUBLISH);
        var again = SideOutput.take(harness, RelayCoordinator.DRAFTS).get(0);
        assertThat(again.id().attempt()).isEqualTo(2);
        assertThat(again.id().nonce()).isEqualTo(first.id().nonce());
        assertThat(again.withId(first.id())).isEqualTo(first);
    }

    @Test
    void theParentsEndLeavesNothingOfTheRound() throws Exception {
        join("silo-a", "silo-b");
        int before = harness.numKeyedStateEntries();
        closeRound();
        assertThat(harness.numKeyedStateEntries()).as("and the draft").isEqualTo(before + 1);
        output();

        harness.processElement2(element(RoundEntry.of(closed())));

        assertThat(kinds()).containsExactly(RelayCommand.Kind.END);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(before);
        assertThat(harness.numProcessingTimeTimers()).as("the next sign of life").isEqualTo(1);
    }

    private void closeRound() throws Exception {
        join("silo-a", "silo-b");
        harness.processElement2(element(RoundEntry.of(plan())));
        for (var silo : List.of("silo-a", "silo-b")) {
            var update = Upload.of(silo, 1).complete(START);
            harness.processElement1(element(CoordinatorEvent.of(update)));
        }
    }

    private void begin(@Nullable OperatorSubtaskState checkpoint) throws Exception {
        if (harness != null) {
            harness.close();
        }
        harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new RelayCoordinator(RELAY, GENESIS, null)),
                        CoordinatorEvent::model,
                        entry -> SmallFederation.MODEL,
                        Types.STRING);
        harness.setProcessingTime(START);
        if (checkpoint != null) {
            harness.initializeState(checkpoint);
        }
        harness.open();
    }

    private void join(String... silos) throws Exception {
        for (var silo : silos) {
            var presence =
                    new SiloPresence(
                            SiloPresence.Kind.JOIN,
                            1,
                            1_000,
                            10,
                            SiloPresence.Phase.IDLE,
                            "",
                            0,
                            0,
                            0,
                            0);
            harness.processElement1(
                    element(CoordinatorEvent.of(SmallFederation.MODEL, silo, presence)));
        }
    }

    /** Of a parent whose only silo is the region. */
    private static RoundPlan plan() {
        var state = RoundPolicy.begin(SmallFederation.version(0), false);
        var lone = Altered.copy(Altered.copy(RELAY.region(), "quorum", 1), "minSilos", 1);
        var presence =
                new SiloPresence(
                        SiloPresence.Kind.JOIN,
                        1,
                        2_000,
                        20,
                        SiloPresence.Phase.IDLE,
                        "",
                        0,
                        0,
                        0,
                        0,
                        2);
        var parent = new RoundPolicy(Altered.copy(lone, "relays", Map.of("north", 2)));
        return Objects.requireNonNull(
                        parent.onPresence(state, "north", presence, START).state().open())
                .plan();
    }

    private static RoundOutcome closed() {
        var verdict = new UpdateVerdict("north", UpdateVerdict.Status.ACCEPTED, 1, 1, START);
        return new RoundOutcome(
                SmallFederation.MODEL,
                1,
                RoundStatus.CLOSED,
                "everybody came",
                "mean",
                List.of(verdict),
                START,
                START);
    }

    private List<SiloPresence> presences() {
        return SideOutput.take(harness, RelayCoordinator.PRESENCE);
    }

    /** What the first chunk was told since this was asked last. */
    private List<RelayCommand.Kind> kinds() {
        return output().stream()
                .filter(command -> command.key().equals(FIRST))
                .map(RelayCommand::kind)
                .toList();
    }

    private List<RelayCommand> output() {
        var commands = harness.extractOutputValues();
        harness.getOutput().clear();
        return commands;
    }

    private static <T> StreamRecord<T> element(T value) {
        return new StreamRecord<>(value, START);
    }
}
