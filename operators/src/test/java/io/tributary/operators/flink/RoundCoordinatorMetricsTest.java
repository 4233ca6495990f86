package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.figures.RoundPhase;
import io.tributary.operators.figures.StepFigures;
import io.tributary.operators.figures.VersionFigures;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.FederationPlan;
import io.tributary.operators.round.GivenCommand;
import io.tributary.operators.round.Pace;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the coordinator shows, while rounds are decided and after it was started again. */
class RoundCoordinatorMetricsTest {

    private static final FederationPlan FEDERATION =
            SmallFederation.federation("mean", "sgd(lr=1)");
    private static final List<String> SILOS = List.of("silo-a", "silo-b", "silo-c");

    /** The operator reads the wall clock for its gauges. */
    private final long start = System.currentTimeMillis();

    private final List<KeyedOneInputStreamOperatorTestHarness<?, ?, ?>> open = new ArrayList<>();
    private KeyedOneInputStreamOperatorTestHarness<String, CoordinatorEvent, ChunkCommand> harness;
    private ShownMetrics shown;
    private int commands;

    @BeforeEach
    void begin() throws Exception {
        begin(FEDERATION);
    }

    @AfterEach
    void close() throws Exception {
        for (var one : open) {
            one.close();
        }
    }

    @Test
    void aSubtaskWithoutTheModelLineHasCountersAndNoGauges() {
        assertThat(shown.gauges()).isEmpty();
        assertThat(shown.all())
                .containsKeys(
                        "acceptedUpdates",
                        "lateUpdates",
                        "refusedUpdates",
                        "withdrawnUploads",
                        "republishedVersions",
                        "extendedRounds",
                        "abandonedRounds",
                        "roundsWithoutAnswer",
                        "reason_rejectedUpdates{reason=late}");
        assertThat(shown.all().values()).containsOnly(0.0);
    }

    @Test
    void oneOfThePhasesIsActiveAndTheGaugesFollowTheRound() throws Exception {
        send(presence("silo-a"));
        assertPhase(RoundPhase.WAITING_FOR_SILOS);
        assertThat(shown.of("liveSilos")).isEqualTo(1);
        assertThat(shown.of("plannedSilos")).isZero();
        assertThat(shown.of("version")).isZero();

        send(presence("silo-b"));
        send(presence("silo-c"));
        assertPhase(RoundPhase.COLLECTING);
        assertThat(shown.of("round")).isEqualTo(1);
        assertThat(shown.of("plannedSilos")).isEqualTo(3);
        assertThat(shown.of("waitingForSilosSeconds")).isZero();

        update("silo-a", 1);
        assertThat(shown.of("acceptedInRound")).isEqualTo(1);
        assertThat(shown.of("silo_weight{silo=silo-a}")).isCloseTo(1.0 / 3, within(1e-12));
        update("silo-b", 1);
        update("silo-c", 1);
        assertPhase(RoundPhase.PUBLISHING);
        command(ControlCommand.Kind.PAUSE);
        assertPhase(RoundPhase.PUBLISHING);
        assertThat(shown.of("paused")).isEqualTo(1);

        version(1, new StepFigures(1, 3, 0, 0.5, 0.75, 1.25));
        assertPhase(RoundPhase.PAUSED);
        assertThat(shown.of("version")).isEqualTo(1);
        assertThat(shown.of("consensus")).isEqualTo(0.75);
        assertThat(shown.of("acceptedUpdates")).isEqualTo(3);
        command(ControlCommand.Kind.RESUME);
        assertPhase(RoundPhase.COLLECTING);
        assertThat(shown.of("paused")).isZero();
    }

    @Test
    void aLateUpdateIsCountedWhetherItIsDroppedOrFolded() throws Exception {
        closeWithout("silo-c");
        update("silo-c", 1);
        assertThat(shown.of("lateUpdates")).isEqualTo(1);
        assertThat(shown.of("silo_lateUpdates{silo=silo-c}")).isEqualTo(1);
        assertThat(shown.of("reason_rejectedUpdates{reason=late}")).isEqualTo(1);
        assertThat(shown.of("silo_rejectedUpdates{silo=silo-c}")).isEqualTo(1);
        assertThat(shown.of("refusedUpdates")).isEqualTo(1);

        begin(Altered.copy(FEDERATION, "pace", new Pace(Pace.Mode.SYNCHRONOUS, 4, 0.5)));
        closeWithout("silo-c");
        update("silo-c", 1);
        version(1, null);

        assertThat(shown.of("lateUpdates")).isEqualTo(1);
        assertThat(shown.of("silo_lateUpdates{silo=silo-c}")).isEqualTo(1);
        assertThat(shown.of("silo_acceptedUpdates{silo=silo-c}")).isEqualTo(1);
        assertThat(shown.of("acceptedUpdates")).isEqualTo(3);
        assertThat(shown.of("refusedUpdates")).isZero();
    }

    /** They are refused for the same reason as late ones, but they were not. */
    @Test
    void updatesOfARoundThatIsGivenUpAreNotLate() throws Exception {
        join();
        for (var silo : SILOS) {
            update(silo, 1);
        }
        version(1, null);
        update("silo-a", 2);
        rollBack();

        assertThat(shown.of("abandonedRounds")).isEqualTo(1);
        assertThat(shown.of("reason_rejectedUpdates{reason=late}")).isEqualTo(1);
        assertThat(shown.of("lateUpdates")).isZero();
    }

    /** It was made before, and when it became readable this job does not know. */
    @Test
    void theVersionThatTheJobBeganWithShowsItsAgeAndNotHowItWasMade() throws Exception {
        send(presence("silo-a"));
        assertThat(shown.gauges()).doesNotContainKey("versionAgeSeconds");

        version(0, new StepFigures(0, 3, 0, 0.5, 0.75, 1.25));

        assertThat(shown.of("versionAgeSeconds")).isBetween(0.0, 600.0);
        assertThat(shown.gauges()).doesNotContainKey("consensus");
    }

    /** Readers have had it since the first copy. */
    @Test
    void aVersionIsNotYoungerForHavingBeenPublishedAgain() throws Exception {
        join();
        for (var silo : SILOS) {
            update(silo, 1);
        }
        version(1, start - 600_000, new StepFigures(1, 3, 0, 0.5, 0.75, 1.25));
        version(1, start, new StepFigures(1, 3, 0, 0.5, 0.75, 601.25));

        assertThat(shown.of("versionAgeSeconds")).isGreaterThanOrEqualTo(600);
        assertThat(shown.of("commitToVersionSeconds")).isLessThan(600);
    }

    /** Without any event, in the subtask that goes on with the model line and in no other. */
    @Test
    void afterARestoreTheGaugesAreThereAgain() throws Exception {
        join();
        for (var silo : SILOS) {
            update(silo, 1);
        }
        version(1, new StepFigures(1, 3, 0, 0.5, 0.75, 1.25));
        update("silo-b", 2);
        send(CoordinatorEvent.of("main", "silo-a", new SiloEvaluation("main", 1, 20, 10, 40)));
        var checkpoint = harness.snapshot(1, start);
        var before = shown.gauges();

        var after = restored(checkpoint);

        var timeless = withoutAges(before);
        assertThat(withoutAges(after)).isEqualTo(timeless);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(timeless)
                .containsEntry("version", 1.0)
                .containsEntry("round", 2.0)
                .containsEntry("acceptedInRound", 1.0)
                .containsEntry("silo_evaluatedTokens{silo=silo-a}", 10.0)
                .containsKey("silo_updateNorm{silo=silo-c}");
    }

    private Map<String, Double> restored(OperatorSubtaskState checkpoint) throws Exception {
        int parallelism = 3;
        int owner =
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        "main", ChunkKey.MAX_PARALLELISM, parallelism);
        Map<String, Double> ofOwner = Map.of();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            var metrics = new ShownMetrics();
            var next = harness(metrics, FEDERATION, parallelism, subtask);
            next.initializeState(
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            checkpoint, ChunkKey.MAX_PARALLELISM, 1, parallelism, subtask));
            next.open();
            if (subtask == owner) {
                ofOwner = metrics.gauges();
            } else {
                assertThat(metrics.gauges()).as("subtask %s", subtask).isEmpty();
            }
        }
        return ofOwner;
    }

    private static Map<String, Double> withoutAges(Map<String, Double> gauges) {
        gauges.keySet().removeIf(name -> name.contains("Seconds") && !name.startsWith("commit"));
        return gauges;
    }

    private void assertPhase(RoundPhase expected) {
        for (var phase : RoundPhase.values()) {
            var label = phase.name().toLowerCase(Locale.ROOT).replace('_', '-');
            assertThat(shown.of("phase_active{phase=" + label + "}"))
                    .as(label)
                    .isEqualTo(phase == expected ? 1 : 0);
        }
    }

    private void begin(FederationPlan federation) throws Exception {
        shown = new ShownMetrics();
        harness = harness(shown, federation, 1, 0);
        harness.open();
        harness.setProcessingTime(start);
    }

    private void join() throws Exception {
        for (var silo : SILOS) {
            send(presence(silo));
        }
    }

    private void closeWithout(String late) throws Exception {
        join();
        for (var silo : SILOS) {
            if (!silo.equals(late)) {
                update(silo, 1);
            }
        }
        harness.setProcessingTime(start + SmallFederation.GRACE_MILLIS);
        assertPhase(RoundPhase.PUBLISHING);
    }

    private void update(String silo, int round) throws Exception {
        send(CoordinatorEvent.of(Upload.of(silo, round).complete(start + 1)));
    }

    private void version(int version, @Nullable StepFigures step) throws Exception {
        version(version, start, step);
    }

    private void version(int version, long appendMillis, @Nullable StepFigures step)
            throws Exception {
        send(CoordinatorEvent.of("main", new VersionFigures(version, appendMillis, step)));
    }

    private void command(ControlCommand.Kind kind) throws Exception {
        command(new ControlCommand(SmallFederation.MODEL, kind, "", "", "ada", ""), null);
    }

    private void rollBack() throws Exception {
        var command =
                new ControlCommand(
                        SmallFederation.MODEL, ControlCommand.Kind.ROLL_BACK, "0", "", "ada", "");
        command(command, SmallFederation.version(0));
    }

    private void command(ControlCommand command, @Nullable ModelVersion target) throws Exception {
        send(CoordinatorEvent.of(new GivenCommand(commands++, start, command, target, true)));
    }

    private void send(CoordinatorEvent event) throws Exception {
        harness.processElement(event, start);
    }

    private static CoordinatorEvent presence(String silo) {
        return CoordinatorEvent.of(
                "main",
                silo,
                new SiloPresence(
                        SiloPresence.Kind.JOIN,
                        1,
                        1_000,
                        10,
                        SiloPresence.Phase.IDLE,
                        "main",
                        0,
                        0,
                        0,
                        0));
    }

    private KeyedOneInputStreamOperatorTestHarness<String, CoordinatorEvent, ChunkCommand> harness(
            ShownMetrics metrics, FederationPlan federation, int parallelism, int subtask)
            throws Exception {
        var bootstrap =
                new Bootstrap(SmallFederation.version(0), false, null, List.of(), List.of());
        var coordinator =
                new RoundCoordinator(federation, bootstrap, NoiseSettings.NONE, new KeptVersions());
        var next =
                new KeyedOneInputStreamOperatorTestHarness<String, CoordinatorEvent, ChunkCommand>(
                        new KeyedProcessOperator<>(coordinator),
                        CoordinatorEvent::model,
                        Types.STRING,
                        metrics.environment(parallelism, subtask));
        open.add(next);
        return next;
    }
}
