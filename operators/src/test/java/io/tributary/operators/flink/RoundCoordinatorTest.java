package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.figures.VersionFigures;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.privacy.PrivacyLedger;
import io.tributary.operators.privacy.RdpAccountant;
import io.tributary.operators.round.FederationPlan;
import io.tributary.operators.round.GivenCommand;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.operators.round.WeighingOrder;
import io.tributary.operators.rule.Contribution;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundCoordinatorTest {

    private static final long START = 1_000_000;
    private static final FederationPlan FEDERATION =
            SmallFederation.federation("fednova", "nesterov(lr=0.7, momentum=0.9)");
    private static final double DELTA = 1e-6;
    private static final NoiseSettings SECRET =
            new NoiseSettings("0123456789abcdef0123456789abcdef", DELTA);
    private static final Bootstrap GENESIS =
            new Bootstrap(SmallFederation.version(0), false, null, List.of(), List.of());

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
                                false,
                                false,
                                false));
    }

    @Test
    void theChunksAreToldWhatIsExpectedAndWhatIsWithdrawn() throws Exception {
        join("silo-a", "silo-b", "silo-c");
        announce(a);
        var command = harness.extractOutputValues().get(0);
        assertThat(command.rows())
                .containsExactly(
                        new AcceptedRow(
                                "silo-a",
                                a.id(),
                                new Contribution(1.0 / 3, 3),
                                "fednova",
                                SmallFederation.FOLD_QUANTUM_EXPONENT,
                                false,
                                false,
                                true));
        everyChunkIsTold(ChunkCommand.Kind.EXPECT, "silo-a");
        announce(c);
        everyChunkIsTold(ChunkCommand.Kind.EXPECT, "silo-c");
        update(a, START);
        everyChunkIsTold(ChunkCommand.Kind.ACCEPT, "silo-a");
        var checkpoint = harness.snapshot(1, 0);
        harness.close();

        harness = harness(FEDERATION, GENESIS);
        harness.initializeState(checkpoint);
        harness.open();
        harness.setProcessingTime(START);
        update(b, START);
        everyChunkIsTold(ChunkCommand.Kind.ACCEPT, "silo-b");
        harness.setProcessingTime(START + SmallFederation.GRACE_MILLIS);

        everyChunkIsTold(
                List.of(ChunkCommand.Kind.WITHDRAW, ChunkCommand.Kind.CLOSE),
                List.of(List.of("silo-c"), List.of("silo-a", "silo-b")));
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

    /**
     * The last snapshot has a momentum, which must not be taken for a centre or a second moment.
     */
    @ParameterizedTest
    @CsvSource({
        "mean, 'nesterov(lr=0.5, momentum=0.9)', false",
        "centered-clipping(tau=1), 'nesterov(lr=0.7, momentum=0.9)', true",
        "mean, fedadam(lr=0.1), true",
        "mean, sgd(lr=1), true"
    })
    void theFirstVersionWhoseChunksKeepSomethingElseIsASnapshot(
            String rule, String optimizer, boolean expected) throws Exception {
        harness.close();
        var before = Altered.copy(federation("mean", "extend"), "snapshotEvery", 100);
        begin(before, GENESIS);
        rounds(1, 1);
        var checkpoint = harness.snapshot(1, START);
        harness.close();
        var after = Altered.copy(Altered.copy(before, "rule", rule), "serverOptimizer", optimizer);
        harness = harness(after, GENESIS);
        harness.initializeState(checkpoint);
        harness.open();
        harness.setProcessingTime(START);
        rounds(2, 4); // the second was planned before

        assertThat(drafts())
                .extracting(VersionDraft::snapshot)
                .containsExactly(false, expected, false);
        assertThat(closes())
                .filteredOn(command -> command.version() == 3)
                .hasSize(SmallFederation.CHUNKS)
                .extracting(ChunkCommand::snapshot)
                .containsOnly(expected);
    }

    /** A master is one more part; a change that adds the first part of all needs no snapshot. */
    @ParameterizedTest
    @CsvSource({
        "F32, BF16, sgd(lr=1), false",
        "BF16, F32, sgd(lr=1), true",
        "F32, BF16, 'nesterov(lr=0.5, momentum=0.9)', true",
        "BF16, BF16, 'nesterov(lr=0.5, momentum=0.9)', false"
    })
    void theNextVersionHasTheCodecThatTheJobHasNow(
            Codec before, Codec after, String optimizer, boolean snapshot) throws Exception {
        harness.close();
        var federation =
                Altered.copy(
                        Altered.copy(FEDERATION, "serverOptimizer", optimizer),
                        "snapshotEvery",
                        100);
        begin(Altered.copy(federation, "versionCodec", before), GENESIS);
        closeRoundOne();
        var checkpoint = harness.snapshot(1, START);
        harness.close();
        harness = harness(Altered.copy(federation, "versionCodec", after), GENESIS);
        harness.initializeState(checkpoint);
        harness.open();
        harness.setProcessingTime(START);
        join("silo-a");
        harness.setProcessingTime(START + SmallFederation.PUBLISH_TIMEOUT_MILLIS);

        assertThat(only(drafts()).codec()).isEqualTo(before); // the first one, again
        assertThat(harness.extractOutputValues())
                .extracting(ChunkCommand::codec)
                .hasSize(SmallFederation.CHUNKS)
                .containsOnly(before);
        version(1);
        rounds(2, 2);

        var next = drafts().get(1);
        assertThat(next.codec()).isEqualTo(after);
        assertThat(next.snapshot()).isEqualTo(snapshot);
        assertThat(closes())
                .hasSize(SmallFederation.CHUNKS)
                .extracting(ChunkCommand::codec)
                .containsOnly(after);
    }

    @Test
    void aVersionThatComesBackKeepsItsCodec() throws Exception {
        rounds(1, 2);
        var target = Altered.copy(SmallFederation.version(1, 1, 1), "codec", Codec.BF16);
        var command =
                new ControlCommand(
                        SmallFederation.MODEL, ControlCommand.Kind.ROLL_BACK, "1", "", "ada", "");
        send(CoordinatorEvent.of(new GivenCommand(0, START, command, target, true)));

        var draft = drafts().get(drafts().size() - 1);
        assertThat(draft.version()).isEqualTo(3);
        assertThat(draft.codec()).isEqualTo(Codec.BF16);
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
        events.add(CoordinatorEvent.of("main", new VersionFigures(1, START, null)));
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

        long restarted = START + 10 * SmallFederation.PUBLISH_TIMEOUT_MILLIS;
        harness.setProcessingTime(restarted); // it may have become readable meanwhile
        assertThat(drafts()).isEmpty();
        harness.setProcessingTime(restarted + SmallFederation.PUBLISH_TIMEOUT_MILLIS);

        everyChunkIsTold(ChunkCommand.Kind.REPUBLISH);
        assertThat(only(drafts()).version()).isEqualTo(1);
    }

    @Test
    void aFreshStartGoesOnWithThePlanThatWasOpen() throws Exception {
        harness.close();
        var plan = Rounds.plan(5, "mean", "sgd(lr=1)");
        begin(
                FEDERATION,
                new Bootstrap(SmallFederation.version(4), false, plan, List.of(), List.of()));

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
        begin(
                FEDERATION,
                new Bootstrap(SmallFederation.version(4), false, old, List.of(), List.of()));
        join("silo-a", "silo-b", "silo-c");

        assertThat(only(entries(RoundPlan.class)).round()).isEqualTo(5);
    }

    @Test
    void stateThatIsOlderThanTheLogIsRefusedAndStateWhoseVersionHasAppearedIsNot()
            throws Exception {
        closeRoundOne();
        var checkpoint = harness.snapshot(1, START);
        harness.close();
        harness =
                harness(
                        FEDERATION,
                        new Bootstrap(
                                SmallFederation.version(1), false, null, List.of(), List.of()));
        harness.initializeState(checkpoint);
        harness.open();
        join("silo-a");

        harness.close();
        harness =
                harness(
                        FEDERATION,
                        new Bootstrap(
                                SmallFederation.version(4), false, null, List.of(), List.of()));
        harness.initializeState(checkpoint);
        harness.open();
        assertThatThrownBy(() -> join("silo-a"))
                .hasMessageContaining("ends at version 1 and version 4 is on the log already");
    }

    @Test
    void weightsByNormsComeWithTheCloseAndAreOnTheRoundsTopic() throws Exception {
        beginWith("clipping(c=1) | median", "extend");
        closeRoundOneLeavingItsOutput();

        var weights = only(entries(RoundWeights.class));
        assertThat(weights.round()).isEqualTo(1);
        assertThat(weights.silos()).containsExactly("silo-a", "silo-b", "silo-c");
        assertThat(weights.uploads()).containsExactly(a.id(), b.id(), c.id());
        assertThat(weights.mixing()[0]).isCloseTo(1 / a.norm(), within(1e-12));
        assertThat(closes())
                .hasSize(SmallFederation.CHUNKS)
                .allSatisfy(
                        command ->
                                assertThat(Wire.encode(command.weights()))
                                        .isEqualTo(Wire.encode(weights)));
        assertThat(orders()).isEmpty();
    }

    @Test
    void aRuleByInnerProductsIsOrderedAndOrderedAgainWithTheVersion() throws Exception {
        beginWith("krum(f=0)", "median");
        closeRoundOneLeavingItsOutput();

        var order = only(orders());
        assertThat(order.rule()).isEqualTo("krum(f=0)");
        assertThat(order.fallback()).isEqualTo("median");
        assertThat(order.planned()).isEqualTo(3);
        assertThat(order.uploads()).containsExactly(a.id(), b.id(), c.id());
        assertThat(entries(RoundWeights.class)).isEmpty();
        assertThat(closes()).extracting(ChunkCommand::weights).containsOnlyNulls();

        var checkpoint = harness.snapshot(1, START);
        harness.close();
        harness = harness(federation("krum(f=0)", "median"), GENESIS, NoiseSettings.NONE);
        harness.initializeState(checkpoint);
        harness.open();
        harness.setProcessingTime(START + SmallFederation.PUBLISH_TIMEOUT_MILLIS);
        harness.setProcessingTime(START + 2 * SmallFederation.PUBLISH_TIMEOUT_MILLIS);
        assertThat(orders()).containsExactly(order);
    }

    /** They may have been lost with the version's transaction. */
    @Test
    void outcomeAndWeightsAreToldAgainWithAVersionThatDoesNotAppear() throws Exception {
        beginWith("clipping(c=1) | mean", "extend");
        closeRoundOneLeavingItsOutput();
        harness.setProcessingTime(START + 9 * SmallFederation.PUBLISH_TIMEOUT_MILLIS);

        assertThat(entries(RoundOutcome.class))
                .hasSizeGreaterThan(1)
                .containsOnly(entries(RoundOutcome.class).get(0));
        assertThat(entries(RoundWeights.class))
                .hasSizeGreaterThan(1)
                .usingRecursiveFieldByFieldElementComparator()
                .containsOnly(entries(RoundWeights.class).get(0));
    }

    @Test
    void theOrderOfAnEarlierRoundIsNotRepeatedForAVersionWithoutOne() throws Exception {
        beginWith("krum(f=0)", "median");
        closeRoundOneLeavingItsOutput();
        version(1);
        update(Upload.of("silo-a", 2), START);
        update(Upload.of("silo-b", 2), START);
        harness.setProcessingTime(START + SmallFederation.GRACE_MILLIS); // median of two
        assertThat(only(entries(RoundWeights.class)).rule()).isEqualTo("median");

        harness.setProcessingTime(START + 9 * SmallFederation.PUBLISH_TIMEOUT_MILLIS);

        assertThat(orders()).extracting(WeighingOrder::round).containsExactly(1);
    }

    /** An update without a direction must not stop the job, nor decide what becomes of it. */
    @Test
    void aStandInThatNeedsInnerProductsIsOrderedWhenARuleByNormsHasNoAnswer() throws Exception {
        beginWith("clipping(c=1) | mean", "nnm(f=0) | mean");
        join("silo-a", "silo-b", "silo-c");
        update(a, START);
        update(b, START);
        send(
                CoordinatorEvent.of(
                        Altered.copy(c.complete(START), "norm", Double.POSITIVE_INFINITY)));

        assertThat(only(orders()).rule()).isEqualTo("clipping(c=1) | mean");
        assertThat(closes())
                .hasSize(SmallFederation.CHUNKS)
                .allSatisfy(command -> assertThat(command.weights()).isNull());
        assertThat(entries(RoundWeights.class)).isEmpty();
    }

    @Test
    void everyVersionSaysWhatItsNoiseIsWorthSoFar() throws Exception {
        beginWith("dp-mean(clip=1, noise=2)", "extend");
        rounds(1, 3);

        for (int version = 1; version <= 3; version++) {
            assertThat(measurement(drafts().get(version - 1), PrivacyLedger.EPSILON))
                    .isCloseTo(RdpAccountant.epsilon(2, version, DELTA), within(1e-9));
        }
        assertThat(entries(RoundWeights.class))
                .hasSize(3)
                .allSatisfy(w -> assertThat(w.noiseDeviation()).isCloseTo(2 / 3.0, within(1e-12)));
    }

    @Test
    void theLedgerGoesOnInAJobWithoutStateAndNoiseThatIsLeftOutOnceSpoilsIt() throws Exception {
        beginWith("dp-mean(clip=1, noise=2)", "extend");
        rounds(1, 1);
        var manifest =
                Altered.copy(
                        SmallFederation.version(1), "measurements", drafts().get(0).measurements());
        harness.close();
        harness =
                harness(
                        federation("dp-mean(clip=1, noise=2)", "extend"),
                        new Bootstrap(manifest, false, null, List.of(), List.of()),
                        SECRET);
        harness.open();
        rounds(2, 2);
        assertThat(measurement(only(drafts()), PrivacyLedger.EPSILON))
                .isCloseTo(RdpAccountant.epsilon(2, 2, DELTA), within(1e-9));
        var checkpoint = harness.snapshot(1, START);
        harness.close();

        harness =
                harness(
                        federation("mean", "extend"),
                        new Bootstrap(manifest, false, null, List.of(), List.of()),
                        SECRET);
        harness.initializeState(checkpoint);
        harness.open();
        rounds(3, 3);
        rounds(4, 4);

        assertThat(drafts())
                .hasSize(2)
                .last()
                .satisfies(d -> assertThat(measurement(d, PrivacyLedger.EPSILON)).isInfinite());
    }

    @Test
    void aVersionWithoutAnAnswerHandsEveryFigureOnOnce() throws Exception {
        var manifest =
                Altered.copy(
                        SmallFederation.version(0),
                        "measurements",
                        List.of(
                                new Measurement(PrivacyLedger.RHO, 0.5),
                                new Measurement(PrivacyLedger.EPSILON, 5),
                                new Measurement("clipping-norm", 3),
                                new Measurement(RoundPolicy.COMBINED_DELTA_NORM, 4)));
        harness.close();
        harness =
                harness(
                        federation("clipping(c=1) | mean", "extend"),
                        new Bootstrap(manifest, false, null, List.of(), List.of()),
                        NoiseSettings.NONE);
        harness.open();
        for (int round = 1; round <= 3; round++) {
            join("silo-a", "silo-b", "silo-c");
            for (var silo : List.of("silo-a", "silo-b", "silo-c")) {
                var update = Upload.of(silo, round).complete(START);
                send(CoordinatorEvent.of(Altered.copy(update, "norm", Double.POSITIVE_INFINITY)));
            }
            version(round);
        }

        assertThat(drafts())
                .hasSize(3)
                .allSatisfy(
                        d ->
                                assertThat(d.measurements())
                                        .extracting(Measurement::name)
                                        .containsExactly(
                                                RoundPolicy.OPTIMIZER_STEPS,
                                                PrivacyLedger.RHO,
                                                PrivacyLedger.EPSILON,
                                                "clipping-norm"));
    }

    /** One for whatever is waited for; nothing when nothing is. */
    @Test
    void aRoundLeavesNoTimerBehind() throws Exception {
        join("silo-a", "silo-b", "silo-c");
        assertThat(harness.numProcessingTimeTimers()).as("deadline").isEqualTo(1);
        update(a, START);
        update(b, START);
        assertThat(harness.numProcessingTimeTimers()).as("grace").isEqualTo(1);
        update(c, START);
        assertThat(harness.numProcessingTimeTimers()).as("publish timeout").isEqualTo(1);
        pause();
        version(1);
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    private void pause() throws Exception {
        var command =
                new ControlCommand(
                        SmallFederation.MODEL, ControlCommand.Kind.PAUSE, "", "", "ada", "");
        send(CoordinatorEvent.of(new GivenCommand(0, START, command, null, false)));
    }

    private void rounds(int first, int last) throws Exception {
        join("silo-a", "silo-b", "silo-c");
        for (int round = first; round <= last; round++) {
            for (var silo : List.of("silo-a", "silo-b", "silo-c")) {
                update(Upload.of(silo, round), START);
            }
            version(round);
        }
    }

    private static double measurement(VersionDraft draft, String name) {
        return only(draft.measurements().stream().filter(m -> m.name().equals(name)).toList())
                .value();
    }

    private void beginWith(String rule, String fallback) throws Exception {
        harness.close();
        harness = harness(federation(rule, fallback), GENESIS, SECRET);
        harness.open();
        harness.setProcessingTime(START);
    }

    private static FederationPlan federation(String rule, String fallback) {
        return Altered.copy(Altered.copy(FEDERATION, "fallback", fallback), "rule", rule);
    }

    private void closeRoundOneLeavingItsOutput() throws Exception {
        join("silo-a", "silo-b", "silo-c");
        update(a, START);
        update(b, START);
        update(c, START);
    }

    private List<ChunkCommand> closes() {
        return harness.extractOutputValues().stream()
                .filter(command -> command.kind() == ChunkCommand.Kind.CLOSE)
                .toList();
    }

    private List<WeighingOrder> orders() {
        return SideOutput.of(harness, RoundCoordinator.WEIGHINGS);
    }

    private void closeRoundOne() throws Exception {
        closeRoundOneLeavingItsOutput();
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

    private void announce(Upload upload) throws Exception {
        send(CoordinatorEvent.announcing(upload.complete(START)));
    }

    private void version(int version) throws Exception {
        send(CoordinatorEvent.of("main", new VersionFigures(version, START, null)));
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
        return harness(federation, bootstrap, NoiseSettings.NONE);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, CoordinatorEvent, ChunkCommand>
            harness(FederationPlan federation, Bootstrap bootstrap, NoiseSettings noise)
                    throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new RoundCoordinator(federation, bootstrap, noise, new KeptVersions())),
                CoordinatorEvent::model,
                Types.STRING);
    }
}
