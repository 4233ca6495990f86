package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.FederationPlan;
import io.tributary.operators.rule.Contribution;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundCoordinatorTest {

    private static final long START = 1_000_000;
    private static final FederationPlan FEDERATION =
            SmallFederation.federation("fednova", "nesterov(lr=0.7, momentum=0.9)");
    private static final Bootstrap GENESIS = new Bootstrap(SmallFederation.version(0), false, null);

    private final Upload a = Upload.of("silo-a", 1).withNormalizer(3);
    private final Upload b = Upload.of("silo-b", 1).withNormalizer(7);
    private final Upload c = Upload.of("silo-c", 1);

    private KeyedOneInputStreamOperatorTestHarness<String, CoordinatorEvent, ChunkCommand> harness;

    @BeforeEach
    void open() throws Exception {
        begin(FEDERATION, GENESIS);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void aRoundGoesFromItsPlanThroughItsUpdatesToTheNextPlan() throws Exception {
        join("silo-c", "silo-a");
        assertThat(entries(RoundPlan.class)).isEmpty();
        join("silo-b");
        var plan = only(entries(RoundPlan.class));
        assertThat(plan.round()).isEqualTo(1);
        assertThat(plan.silos())
                .extracting(SiloAssignment::silo)
                .containsExactly("silo-a", "silo-b", "silo-c");

        update(b, START + 20);
        everyChunkIsTold(ChunkCommand.Kind.ACCEPT, "silo-b");
        update(a, START + 30);
        everyChunkIsTold(ChunkCommand.Kind.ACCEPT, "silo-a");
        assertThat(entries(RoundOutcome.class)).isEmpty();
        update(c, START + 10);
        everyChunkIsTold(
                List.of(ChunkCommand.Kind.ACCEPT, ChunkCommand.Kind.CLOSE),
                List.of(List.of("silo-c"), List.of("silo-a", "silo-b", "silo-c")));

        assertThat(only(entries(RoundOutcome.class)).status()).isEqualTo(RoundStatus.CLOSED);
        var draft = only(drafts());
        assertThat(draft.version()).isEqualTo(1);
        assertThat(draft.baseVersion()).isZero();
        assertThat(draft.clock()).isEqualTo(10);
        assertThat(draft.chunksSinceMillis()).isEqualTo(START + 30);
        assertThat(draft.cohort())
                .extracting(CohortMember::silo)
                .containsExactly("silo-a", "silo-b", "silo-c");
        assertThat(draft.cohort().stream().mapToDouble(CohortMember::weight).sum())
                .isCloseTo(1, within(1e-12));

        version(1);
        assertThat(entries(RoundPlan.class)).extracting(RoundPlan::round).containsExactly(1, 2);
        assertThat(entries(RoundPlan.class)).extracting(RoundPlan::clock).containsExactly(0L, 10L);
        assertThat(harness.getOutput()).isEmpty();
    }

    @Test
    void theChunksAreToldWeightAndNormalizerOfWhatIsAccepted() throws Exception {
        join("silo-a", "silo-b", "silo-c");
        update(b, START);

        var command = harness.extractOutputValues().get(0);
        assertThat(command.version()).isEqualTo(1);
        assertThat(command.rule()).isEqualTo("fednova");
        assertThat(command.rows())
                .containsExactly(
                        new AcceptedRow(
                                "silo-b",
                                b.id(),
                                new Contribution(1.0 / 3, 7),
                                "fednova",
                                SmallFederation.FOLD_QUANTUM_EXPONENT,
                                false));
    }

    @Test
    void theGraceClosesTheRoundWithoutTheLastSilo() throws Exception {
        join("silo-a", "silo-b", "silo-c");
        update(a, START);
        update(b, START);
        harness.getOutput().clear();
        harness.setProcessingTime(START + SmallFederation.GRACE_MILLIS - 1);
        assertThat(harness.getOutput()).isEmpty();

        harness.setProcessingTime(START + SmallFederation.GRACE_MILLIS);

        everyChunkIsTold(ChunkCommand.Kind.CLOSE, "silo-a", "silo-b");
        assertThat(only(drafts()).cohort())
                .extracting(CohortMember::weight)
                .containsExactly(0.5, 0.5);

        update(c, START + 1);
        assertThat(only(rejected()).reason()).isEqualTo(RejectionReason.LATE);
        assertThat(harness.getOutput()).isEmpty();
    }

    @Test
    void theDeadlineWithoutAQuorumExtendsTheRound() throws Exception {
        join("silo-a", "silo-b", "silo-c");
        update(a, START);
        harness.setProcessingTime(START + SmallFederation.DEADLINE_MILLIS);
        assertThat(only(entries(RoundOutcome.class)).status()).isEqualTo(RoundStatus.EXTENDED);

        update(b, START);
        harness.setProcessingTime(START + 2 * SmallFederation.DEADLINE_MILLIS);

        assertThat(entries(RoundOutcome.class))
                .extracting(RoundOutcome::status)
                .containsExactly(RoundStatus.EXTENDED, RoundStatus.CLOSED);
    }

    @Test
    void aVersionThatDoesNotAppearIsPublishedAgainUntilItDoes() throws Exception {
        closeRoundOne();
        for (int again = 1; again <= 2; again++) {
            harness.setProcessingTime(START + again * SmallFederation.PUBLISH_TIMEOUT_MILLIS);
            everyChunkIsTold(ChunkCommand.Kind.REPUBLISH);
            assertThat(drafts()).hasSize(1 + again).containsOnly(drafts().get(0));
        }

        version(1);
        harness.setProcessingTime(START + 9 * SmallFederation.PUBLISH_TIMEOUT_MILLIS);

        assertThat(harness.extractOutputValues()).isEmpty();
        assertThat(drafts()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everySoManyVersionsTheMomentsArePublishedToo(int snapshotEvery) throws Exception {
        harness.close();
        begin(Altered.copy(FEDERATION, "snapshotEvery", snapshotEvery), GENESIS);
        join("silo-a", "silo-b", "silo-c");
        for (int round = 1; round <= 6; round++) {
            for (var silo : List.of("silo-a", "silo-b", "silo-c")) {
                update(Upload.of(silo, round), START);
            }
            version(round);
        }
        assertThat(drafts())
                .hasSize(6)
                .allSatisfy(
                        d ->
                                assertThat(d.snapshot())
                                        .as("version %s", d.version())
                                        .isEqualTo(d.version() % snapshotEvery == 0));
        assertThat(harness.extractOutputValues())
                .filteredOn(command -> command.kind() == ChunkCommand.Kind.CLOSE)
                .allSatisfy(
                        command ->
                                assertThat(command.snapshot())
                                        .isEqualTo(command.version() % snapshotEvery == 0));
    }

    @Test
    void whatCannotBeAcceptedIsRejectedWithItsReasonAndTellsNoChunk() throws Exception {
        join("silo-a", "silo-b", "silo-c");
        update(a, START);
        harness.getOutput().clear();

        update(a.withAttempt(2), START);
        update(Upload.of("silo-x", 1), START);
        update(Upload.of("silo-b", 2), START);
        send(CoordinatorEvent.of(Altered.copy(b.complete(START), "baseVersion", 7)));
        send(CoordinatorEvent.of(Altered.copy(b.complete(START), "largest", 1e9)));

        assertThat(rejected())
                .extracting(RejectedUpdate::reason)
                .containsExactly(
                        RejectionReason.DUPLICATE,
                        RejectionReason.NOT_IN_PLAN,
                        RejectionReason.UNKNOWN_ROUND,
                        RejectionReason.WRONG_BASE_VERSION,
                        RejectionReason.OUT_OF_RANGE);
        assertThat(harness.getOutput()).isEmpty();
    }

    @Test
    void aRestoredCoordinatorDecidesWhatAnUndisturbedOneDoes() throws Exception {
        var events = new ArrayList<CoordinatorEvent>();
        for (var silo : List.of("silo-a", "silo-b", "silo-c")) {
            events.add(presence(silo));
        }
        for (var upload : List.of(b, c, a)) {
            events.add(CoordinatorEvent.of(upload.complete(START)));
        }
        events.add(CoordinatorEvent.ofVersion("main", 1));
        for (var event : events) {
            send(event);
        }
        var expected = said();

        for (int cut = 1; cut < events.size(); cut++) {
            harness.close();
            begin(FEDERATION, GENESIS);
            for (var event : events.subList(0, cut)) {
                send(event);
            }
            var heard = said();
            var checkpoint = harness.snapshot(1, START);
            harness.close();
            harness = harness(FEDERATION, GENESIS);
            harness.initializeState(checkpoint);
            harness.open();
            harness.setProcessingTime(START);
            for (var event : events.subList(cut, events.size())) {
                send(event);
            }
            for (int stream = 0; stream < heard.size(); stream++) {
                heard.get(stream).addAll(said().get(stream));
            }
            assertThat(heard).as("restored after event %s", cut).isEqualTo(expected);
        }
    }

    @Test
    void aRestoredCoordinatorStillPublishesAnOverdueVersionAgain() throws Exception {
        closeRoundOne();
        var checkpoint = harness.snapshot(1, START);
        harness.close();
        harness = harness(FEDERATION, GENESIS);
        harness.initializeState(checkpoint);
        harness.open();

        harness.setProcessingTime(START + SmallFederation.PUBLISH_TIMEOUT_MILLIS);

        everyChunkIsTold(ChunkCommand.Kind.REPUBLISH);
        assertThat(only(drafts()).version()).isEqualTo(1);
    }

    @Test
    void aFreshStartGoesOnWithThePlanThatWasOpen() throws Exception {
        harness.close();
        var plan = Rounds.plan(5, "mean", "sgd(lr=1)");
        begin(FEDERATION, new Bootstrap(SmallFederation.version(4), false, plan));

        join("silo-a");
        assertThat(entries(RoundPlan.class)).isEmpty(); // it is in the log already
        for (var silo : List.of("silo-a", "silo-b", "silo-c")) {
            update(Upload.of(silo, 5), START);
        }

        assertThat(only(entries(RoundOutcome.class)).round()).isEqualTo(5);
        var draft = only(drafts());
        assertThat(draft.version()).isEqualTo(5);
        assertThat(draft.rule()).isEqualTo("mean"); // the open plan's, not the new configuration's
    }

    @Test
    void aFreshStartDoesNotTakeUpThePlanOfAnotherVersion() throws Exception {
        harness.close();
        var old = Rounds.plan(4, "mean", "sgd(lr=1)");
        begin(FEDERATION, new Bootstrap(SmallFederation.version(4), false, old));
        join("silo-a", "silo-b", "silo-c");

        assertThat(only(entries(RoundPlan.class)).round()).isEqualTo(5);
    }

    @Test
    void stateThatIsOlderThanTheLogIsRefusedAndStateWhoseVersionHasAppearedIsNot()
            throws Exception {
        closeRoundOne();
        var checkpoint = harness.snapshot(1, START);
        harness.close();
        harness = harness(FEDERATION, new Bootstrap(SmallFederation.version(1), false, null));
        harness.initializeState(checkpoint);
        harness.open();
        join("silo-a");

        harness.close();
        harness = harness(FEDERATION, new Bootstrap(SmallFederation.version(4), false, null));
        harness.initializeState(checkpoint);
        harness.open();
        assertThatThrownBy(() -> join("silo-a"))
                .hasMessageContaining("ends at version 1 and version 4 is on the log already");
    }

    private void closeRoundOne() throws Exception {
        join("silo-a", "silo-b", "silo-c");
        update(a, START);
        update(b, START);
        update(c, START);
        harness.getOutput().clear();
    }

    /** Takes the commands that are there: one of this kind for each chunk, in order. */
    private void everyChunkIsTold(ChunkCommand.Kind kind, String... silos) {
        everyChunkIsTold(List.of(kind), List.of(List.of(silos)));
    }

    private void everyChunkIsTold(List<ChunkCommand.Kind> kinds, List<List<String>> silos) {
        var commands = harness.extractOutputValues();
        assertThat(commands).hasSize(kinds.size() * SmallFederation.CHUNKS);
        for (int i = 0; i < commands.size(); i++) {
            var command = commands.get(i);
            int turn = i / SmallFederation.CHUNKS;
            assertThat(command.kind()).isEqualTo(kinds.get(turn));
            assertThat(command.key()).isEqualTo(Rounds.key(i % SmallFederation.CHUNKS));
            assertThat(command.version()).isEqualTo(1);
            assertThat(command.rows().stream().map(AcceptedRow::silo).toList())
                    .isEqualTo(silos.get(turn));
        }
        harness.getOutput().clear();
    }

    private void join(String... silos) throws Exception {
        for (var silo : silos) {
            send(presence(silo));
        }
    }

    private void update(Upload upload, long arrivedMillis) throws Exception {
        send(CoordinatorEvent.of(upload.complete(arrivedMillis)));
    }

    private void version(int version) throws Exception {
        send(CoordinatorEvent.ofVersion("main", version));
    }

    private void send(CoordinatorEvent event) throws Exception {
        harness.processElement(event, 0);
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

    private <T> List<T> entries(Class<T> type) {
        return SideOutput.of(harness, RoundCoordinator.ROUNDS).stream()
                .map(entry -> entry.record())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private List<VersionDraft> drafts() {
        return SideOutput.of(harness, RoundCoordinator.DRAFTS);
    }

    private List<RejectedUpdate> rejected() {
        return SideOutput.of(harness, RoundCoordinator.REJECTED);
    }

    /** Everything that was said, stream by stream. */
    private List<List<Object>> said() {
        return List.of(
                new ArrayList<Object>(harness.extractOutputValues()),
                new ArrayList<Object>(SideOutput.of(harness, RoundCoordinator.ROUNDS)),
                new ArrayList<Object>(drafts()),
                new ArrayList<Object>(rejected()));
    }

    private static <T> T only(List<T> values) {
        assertThat(values).hasSize(1);
        return values.get(0);
    }

    private void begin(FederationPlan federation, Bootstrap bootstrap) throws Exception {
        harness = harness(federation, bootstrap);
        harness.open();
        harness.setProcessingTime(START);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, CoordinatorEvent, ChunkCommand>
            harness(FederationPlan federation, Bootstrap bootstrap) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new RoundCoordinator(federation, bootstrap, NoiseSettings.NONE)),
                CoordinatorEvent::model,
                Types.STRING);
    }
}
