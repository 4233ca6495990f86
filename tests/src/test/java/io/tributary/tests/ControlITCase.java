package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.schemas.control.ControlCommand.Kind;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators' commands to a federation that runs. */
@TestInstance(Lifecycle.PER_CLASS)
class ControlITCase {

    private static final List<String> SILOS = List.of("ash", "birch", "cedar");

    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        cluster = TestCluster.start(work, 1, 2, 2);
    }

    @Test
    void aPauseStopsPlanningAfterTheOpenRoundAndAResumeGoesOn() throws Exception {
        try (var federation = federation()) {
            var genesis = begin(federation);
            federation.awaitPlan(1);

            var paused = federation.command(Kind.PAUSE);
            assertThat(paused.applied()).isTrue();
            assertThat(paused.round()).isEqualTo(2);
            assertThat(federation.command(Kind.PAUSE).applied()).isFalse();
            assertThat(federation.train(1, genesis, SILOS).cohort()).hasSize(SILOS.size());

            nothingIsPlannedUntil(federation, Kind.RESUME, 2);
        }
    }

    @Test
    void afterTheRoundToStopAfterNoneIsPlannedUntilResumed() throws Exception {
        try (var federation = federation()) {
            var version = begin(federation);
            federation.awaitPlan(1);

            assertThat(federation.command(Kind.STOP, 0).detail())
                    .isEqualTo("round 1 has been planned already");
            assertThat(federation.command(Kind.STOP, "soon").applied()).isFalse();
            assertThat(federation.command(Kind.STOP, 2).applied()).isTrue();
            version = federation.train(1, version, SILOS);
            assertThat(federation.train(2, version, SILOS).version()).isEqualTo(2);

            nothingIsPlannedUntil(federation, Kind.RESUME, 3);
        }
    }

    /** The silos show signs of life, so that there is every reason to plan but the command. */
    private static void nothingIsPlannedUntil(TestFederation federation, Kind command, int round)
            throws Exception {
        federation.join(SILOS);
        federation.awaitConsumed();
        var answer = federation.command(command);
        assertThat(answer.applied()).isTrue();
        var plan = federation.awaitPlan(round);
        var log = federation.roundsLog();
        assertThat(log.indexOf(answer)).isBetween(0, log.indexOf(plan));
    }

    @Test
    void anEvictedSiloIsRefusedAndNotPlannedForUntilItIsReadmitted() throws Exception {
        try (var federation = federation().with("round.min-silos", 2)) {
            var genesis = beginWithAll(federation);
            var plan = federation.awaitPlan(1);
            var global = federation.parameters(genesis);

            assertThat(federation.command(Kind.READMIT, "cedar").detail())
                    .isEqualTo("silo cedar has not been evicted");
            assertThat(federation.command(Kind.EVICT, "cedar").applied()).isTrue();
            federation.silo("cedar").uploadDrawnUpdate(plan, global);
            assertThat(federation.awaitRejected(1))
                    .extracting(RejectedUpdate::silo, RejectedUpdate::reason)
                    .containsExactly(tuple("cedar", RejectionReason.EVICTED));
            federation.silo("ash").uploadDrawnUpdate(plan, global);
            federation.silo("birch").uploadDrawnUpdate(plan, global);

            // The grace is an hour: nobody waits for a silo that is shut out.
            var version = federation.awaitVersion(1);
            assertThat(version.cohort())
                    .extracting(CohortMember::silo)
                    .containsExactly("ash", "birch");
            assertThat(planned(federation.awaitPlan(2))).containsExactly("ash", "birch");

            assertThat(federation.command(Kind.READMIT, "cedar").round()).isEqualTo(3);
            federation.train(2, version, List.of("ash", "birch"));
            assertThat(planned(federation.awaitPlan(3))).containsExactlyElementsOf(SILOS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasChangedHoldsFromTheNextPlanOnAndAfterARestart(boolean fromCheckpoint)
            throws Exception {
        try (var federation = federation()) {
            var version = begin(federation);
            var first = federation.awaitPlan(1);

            var answer = change(federation, "round.quorum", "2");
            assertThat(answer.applied()).isTrue();
            assertThat(answer.detail()).isEqualTo("round.quorum is 2");
            assertThat(answer.round()).isEqualTo(2);
            assertThat(change(federation, "round.rule", "trimmed-mean(f=0)").applied()).isTrue();
            assertThat(change(federation, "round.server-optimizer", "sgd(lr=0.5)").applied())
                    .isTrue();
            assertThat(change(federation, "local.learning-rate", "0.25").applied()).isTrue();
            assertThat(change(federation, "round.deadline", "90000").applied()).isTrue();
            refused(change(federation, "round.quorum", "9"), "minimum of silos (3)", "9");
            refused(change(federation, "round.quorum", "many"), "round.quorum", "'many'");
            refused(change(federation, "round.rule", "krumm"), "krumm");
            refused(change(federation, "round.rule", "krum(f=1)"), "krum needs n >= 2f+3");
            refused(
                    change(federation, "round.rule", "dp-mean(clip=1, noise=1)"),
                    "privacy.noise-secret");
            refused(change(federation, "local.learning-rate", "-1"), "above 0", "-1");
            refused(change(federation, "round.codec", "f16"), "round.codec", "round.quorum");
            version = federation.train(1, version, SILOS);
            assertThat(version.rule()).isEqualTo(first.rule());

            checkChanged(federation.awaitPlan(2));
            assertThat(federation.command(Kind.EVICT, "elder").applied()).isTrue();
            assertThat(federation.command(Kind.PAUSE).applied()).isTrue();
            restart(federation, fromCheckpoint);
            version = federation.train(2, version, SILOS);
            assertThat(version.rule()).isEqualTo("trimmed-mean(f=0)");

            federation.silo("elder").join();
            nothingIsPlannedUntil(federation, Kind.RESUME, 3);
            checkChanged(federation.awaitPlan(3));
            assertThat(federation.command(Kind.EVICT, "elder").applied()).isFalse();
        }
    }

    private static void checkChanged(RoundPlan plan) {
        assertThat(plan.quorum()).isEqualTo(2);
        assertThat(plan.rule()).isEqualTo("trimmed-mean(f=0)");
        assertThat(plan.serverOptimizer()).isEqualTo("sgd(lr=0.5)");
        assertThat(plan.training().peakLearningRate()).isEqualTo(0.25);
        assertThat(plan.deadlineMillis()).isEqualTo(90_000);
        assertThat(planned(plan)).containsExactlyElementsOf(SILOS);
    }

    /** Versions 5 and 6 are made of the updates that versions 2 and 3 were made of. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "fednova;nesterov(lr=0.7, momentum=0.9)",
                "trimmed-mean(f=1);sgd(lr=1)",
                "centered-clipping(tau=0.5);fedadam(lr=0.1, bias-correction=adam)"
            })
    void aRollBackGoesOnAsIfTheVersionsInBetweenHadNeverBeen(String rule, String optimizer)
            throws Exception {
        try (var federation =
                federation().with("round.rule", rule).with("round.server-optimizer", optimizer)) {
            var versions = new HashMap<Integer, ModelVersion>();
            versions.put(0, begin(federation));
            for (int round = 1; round <= 3; round++) {
                versions.put(round, federation.train(round, versions.get(round - 1), SILOS));
            }
            var plan = federation.awaitPlan(4);
            var global = federation.parameters(versions.get(3));
            federation.silo("ash").uploadDrawnUpdate(plan, global);
            federation.silo("birch").uploadDrawnUpdate(plan, global);
            federation.awaitConsumed();

            var answer = federation.command(Kind.ROLL_BACK, 1);

            assertThat(answer.applied()).as(answer.detail()).isTrue();
            assertThat(answer.detail()).startsWith("version 1 becomes version 4, ");
            assertThat(federation.awaitRejected(2)).hasSize(2);
            federation.silo("cedar").uploadDrawnUpdate(plan, global); // was under way
            assertThat(federation.awaitRejected(3))
                    .extracting(RejectedUpdate::silo, RejectedUpdate::round, RejectedUpdate::reason)
                    .containsExactlyInAnyOrder(
                            tuple("ash", 4, RejectionReason.LATE),
                            tuple("birch", 4, RejectionReason.LATE),
                            tuple("cedar", 4, RejectionReason.LATE));
            assertThat(federation.outcomes())
                    .filteredOn(outcome -> outcome.status() == RoundStatus.ABANDONED)
                    .singleElement()
                    .satisfies(
                            outcome -> {
                                assertThat(outcome.round()).isEqualTo(4);
                                assertThat(outcome.reason())
                                        .isEqualTo("given up for a roll-back to version 1");
                            });
            var back = federation.awaitVersion(4);
            assertIsAgain(versions.get(1), back);
            assertThat(same(federation.parameters(back), federation.parameters(versions.get(1))))
                    .isTrue();

            for (int round = 5; round <= 6; round++) {
                var next = federation.awaitPlan(round);
                assertThat(next.baseVersion()).isEqualTo(round - 1);
                assertThat(next.clock()).isEqualTo(versions.get(round - 4).clock());
                back = trainAsIn(round - 3, federation, next, back);
                assertThat(back.digest()).isEqualTo(versions.get(round - 3).digest());
            }
            assertThat(federation.manifests())
                    .extracting(ModelVersion::version)
                    .containsExactly(0, 1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void withoutASnapshotTheOptimizerBeginsAnew() throws Exception {
        try (var federation =
                federation()
                        .with("round.server-optimizer", "momentum(lr=1, momentum=0.9)")
                        .with("round.snapshot-every", 100)) {
            var genesis = begin(federation);
            var first = federation.train(1, genesis, SILOS);
            var second = federation.train(2, first, SILOS);
            federation.awaitPlan(3);

            var answer = federation.command(Kind.ROLL_BACK, 1);

            assertThat(answer.detail())
                    .isEqualTo("version 1 becomes version 3, the server optimizer begins anew");
            var back = federation.awaitVersion(3);
            assertIsAgain(first, back);
            var next = trainAsIn(2, federation, federation.awaitPlan(4), back);
            assertThat(next.digest()).isNotEqualTo(second.digest());
        }
    }

    private static void assertIsAgain(ModelVersion target, ModelVersion back) {
        assertThat(back.chunkCrcs()).isEqualTo(target.chunkCrcs());
        assertThat(back.digest()).isEqualTo(target.digest());
        assertThat(back.baseVersion()).isEqualTo(target.version());
        assertThat(back.clock()).isEqualTo(target.clock());
        assertThat(back.cohort()).isEmpty();
    }

    /** The job ends when the command has just been answered, or when its version is there. */
    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void aRestartRollsBackOnceAndKeepsWhatOperatorsHaveAskedFor(
            boolean fromCheckpoint, boolean versionIsThere) throws Exception {
        try (var federation =
                federation()
                        .with("round.min-silos", 2)
                        .with("round.server-optimizer", "momentum(lr=1, momentum=0.9)")) {
            var genesis = beginWithAll(federation);
            var first = federation.train(1, genesis, SILOS);
            var second = federation.train(2, first, SILOS);
            federation.awaitPlan(3);
            assertThat(federation.command(Kind.EVICT, "cedar").applied()).isTrue();
            assertThat(change(federation, "round.local-steps", "7").applied()).isTrue();
            assertThat(federation.command(Kind.PAUSE).applied()).isTrue();
            assertThat(federation.command(Kind.ROLL_BACK, 1).applied()).isTrue();
            if (versionIsThere) {
                assertThat(federation.awaitVersion(3)).isNotNull();
            }

            restart(federation, fromCheckpoint);

            var back = federation.awaitVersion(3);
            assertIsAgain(first, back);
            nothingIsPlannedUntil(federation, Kind.RESUME, 4);
            var plan = federation.awaitPlan(4);
            assertThat(planned(plan)).containsExactly("ash", "birch");
            assertThat(plan.largestLocalSteps()).isEqualTo(7);
            assertThat(plan.baseVersion()).isEqualTo(3);
            assertThat(federation.command(Kind.READMIT, "cedar").applied()).isTrue();
            back = federation.train(4, back, List.of("ash", "birch"));
            plan = federation.awaitPlan(5);
            assertThat(planned(plan)).containsExactlyElementsOf(SILOS);
            assertThat(back.digest()).isNotEqualTo(second.digest());
            assertThat(federation.manifests())
                    .extracting(ModelVersion::version)
                    .containsExactly(0, 1, 2, 3, 4);
        }
    }

    /** An operator who has stopped a federation and rolls it back has not asked it to go on. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFederationThatWasStoppedStaysSoBehindARollBackAndARestart(boolean fromCheckpoint)
            throws Exception {
        try (var federation = federation()) {
            var genesis = begin(federation);
            federation.awaitPlan(1);
            assertThat(federation.command(Kind.STOP, 1).applied()).isTrue();
            var first = federation.train(1, genesis, SILOS);
            assertThat(federation.command(Kind.ROLL_BACK, 0).applied()).isTrue();
            assertThat(federation.awaitVersion(2).digest()).isNotEqualTo(first.digest());

            restart(federation, fromCheckpoint);

            nothingIsPlannedUntil(federation, Kind.RESUME, 3);
        }
    }

    @Test
    void aVersionThatIsNotOnTheLogIsRefusedAndNothingChanges() throws Exception {
        try (var federation = federation()) {
            var version = begin(federation);
            version = federation.train(1, version, SILOS);
            version = federation.train(2, version, SILOS);
            var plan = federation.awaitPlan(3);
            var global = federation.parameters(version);
            forgetChunks(federation);

            refused(federation.command(Kind.ROLL_BACK, 7), "version 7 is not behind the newest, 2");
            refused(federation.command(Kind.ROLL_BACK, -1), "version -1");
            refused(federation.command(Kind.ROLL_BACK, "one"), "'one'");
            refused(
                    federation.command(Kind.ROLL_BACK, 1),
                    "version 1 cannot be read whole any more");

            SILOS.forEach(silo -> federation.silo(silo).uploadDrawnUpdate(plan, global));
            assertThat(federation.awaitVersion(3).cohort()).hasSize(SILOS.size());
            assertThat(federation.rejected()).isEmpty();
        }
    }

    /** What retention does in the end. */
    private static void forgetChunks(TestFederation federation) throws Exception {
        try (var admin = Admin.create(federation.connection().clientProperties())) {
            var topic = federation.topics().models();
            var forget = new HashMap<TopicPartition, RecordsToDelete>();
            admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .forEach(
                            p ->
                                    forget.put(
                                            new TopicPartition(topic, p.partition()),
                                            RecordsToDelete.beforeOffset(-1)));
            admin.deleteRecords(forget).all().get();
        }
    }

    private TestFederation federation() {
        return TestFederation.create(cluster, List.of("ash", "birch", "cedar", "elder"))
                .with("round.min-silos", SILOS.size())
                .with("round.snapshot-every", 1);
    }

    private static ModelVersion begin(TestFederation federation) throws Exception {
        var genesis = federation.genesis(TestLayouts.elevenChunks());
        federation.startJob();
        federation.join(SILOS);
        return genesis;
    }

    /** Where fewer silos than there are would do: the first plan names all of them. */
    private static ModelVersion beginWithAll(TestFederation federation) throws Exception {
        federation.give(Kind.PAUSE, "", "");
        var genesis = begin(federation);
        federation.awaitConsumed();
        assertThat(federation.command(Kind.RESUME).applied()).isTrue();
        return genesis;
    }

    private static void restart(TestFederation federation, boolean fromCheckpoint)
            throws Exception {
        var checkpoint = federation.stopJob();
        if (fromCheckpoint) {
            federation.startJob(checkpoint);
        } else {
            federation.startJob();
        }
        federation.join(SILOS);
    }

    private static ControlOutcome change(TestFederation federation, String key, String value) {
        return federation.command(Kind.CHANGE_PLAN, key, value);
    }

    private static void refused(ControlOutcome answer, String... parts) {
        assertThat(answer.applied()).as(answer.detail()).isFalse();
        assertThat(answer.detail()).contains(parts);
    }

    private static ModelVersion trainAsIn(
            int round, TestFederation federation, RoundPlan plan, ModelVersion from)
            throws Exception {
        var global = federation.parameters(from);
        SILOS.forEach(silo -> federation.silo(silo).uploadUpdateDrawnAsIn(round, plan, global));
        return federation.awaitVersion(plan.round());
    }

    private static List<String> planned(RoundPlan plan) {
        return plan.silos().stream().map(SiloAssignment::silo).toList();
    }

    private static boolean same(ParameterBuffer one, ParameterBuffer other) {
        for (int chunk = 0; chunk < one.layout().chunkCount(); chunk++) {
            if (!one.chunk(chunk).equals(other.chunk(chunk))) {
                return false;
            }
        }
        return true;
    }
}
