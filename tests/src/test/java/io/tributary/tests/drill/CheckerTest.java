package io.tributary.tests.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.tests.drill.FederationLog.Malformed;
import io.tributary.tests.drill.FederationLog.StoredChunk;
import io.tributary.tests.drill.FederationLog.Upload;
import io.tributary.tests.drill.Violation.Law;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A log without a flaw passes; whatever is spoilt in it is found, and nothing else. */
class CheckerTest {

    private final FederationLogs logs = FederationLogs.flawless();

    @Test
    void aFlawlessLogPasses() {
        assertThat(check()).isEmpty();
        assertThat(undisturbed()).isEmpty();
    }

    @Test
    void aRecordThatCannotBeReadIsFound() {
        logs.malformed.add(new Malformed("drill.versions", 0, 7, "found 00 01"));

        assertThat(check())
                .containsExactly(
                        violation(
                                Law.READABLE,
                                "the record at offset 7 of drill.versions-0 cannot be read: found"
                                        + " 00 01"));
    }

    @Test
    void aVersionThatIsMissingIsFound() {
        logs.manifests.remove(1);

        assertThat(check())
                .contains(violation(Law.VERSIONS_CONTIGUOUS, "version 1 has no manifest"));
    }

    @Test
    void aLastVersionThatWasNotMadeIsFound() {
        assertThat(Checker.check(logs.log(), FederationLogs.ROUNDS + 1))
                .containsExactly(
                        violation(
                                Law.VERSIONS_CONTIGUOUS,
                                "the newest version is 2, and 3 were to be made"));
    }

    @Test
    void aManifestThatIsPublishedAgainIsNoViolationIfItIsTheSame() {
        logs.manifests.add(logs.manifests.get(1));

        assertThat(check()).isEmpty();
    }

    @Test
    void aSecondManifestOfAVersionThatDiffersIsFound() {
        var first = logs.manifests.get(2);
        logs.manifests.add(with(first, first.chunkCrcs(), first.cohort().subList(0, 2)));

        assertThat(check())
                .singleElement()
                .satisfies(v -> assertThat(v.law()).isEqualTo(Law.ONE_MANIFEST))
                .satisfies(v -> assertThat(v.detail()).contains("version 2 was published twice"));
    }

    @Test
    void aChunkThatIsMissingIsFound() {
        logs.chunks.removeIf(chunk -> chunk.version() == 1 && chunk.chunk() == 3);

        assertThat(check())
                .singleElement()
                .satisfies(v -> assertThat(v.law()).isEqualTo(Law.CHUNKS_THERE))
                .satisfies(v -> assertThat(v.detail()).startsWith("chunk 3 of version 1"));
    }

    @Test
    void aChunkWithAnotherPayloadIsFound() {
        var right = logs.chunks.get(logs.chunks.size() - 1);
        logs.chunks.remove(right);
        logs.chunks.add(
                new StoredChunk(
                        right.version(),
                        right.chunk(),
                        0,
                        right.codec(),
                        right.payloadBytes(),
                        ~right.crc32c()));

        assertThat(check()).extracting(Violation::law).containsExactly(Law.CHUNKS_THERE);
    }

    @Test
    void aDigestThatIsNotOfTheNamedChecksumsIsFound() {
        var right = logs.manifests.get(1);
        var crcs = right.chunkCrcs().clone();
        crcs[0]++;
        logs.manifests.set(1, withCrcs(right, crcs, right.digest()));

        assertThat(check()).extracting(Violation::law).containsExactly(Law.DIGEST_RIGHT);
    }

    @Test
    void aSiloThatIsTwiceInACohortIsFound() {
        var right = logs.manifests.get(1);
        var cohort = new ArrayList<>(right.cohort());
        cohort.add(cohort.get(0));
        logs.manifests.set(1, with(right, right.chunkCrcs(), cohort));

        assertThat(check())
                .containsExactly(
                        violation(
                                Law.COHORT_PLANNED,
                                "silo ash is twice in the cohort of version 1"));
    }

    @Test
    void aCohortBelowTheQuorumIsFound() {
        var right = logs.manifests.get(2);
        logs.manifests.set(2, with(right, right.chunkCrcs(), right.cohort().subList(0, 1)));

        assertThat(check())
                .extracting(Violation::law)
                .contains(Law.COHORT_PLANNED, Law.UPDATE_ACCOUNTED);
    }

    @Test
    void aMemberWhoseUpdateWasNeverReadableIsFound() {
        logs.uploads.removeIf(u -> u.silo().equals("birch") && u.manifest().id().round() == 2);

        assertThat(check())
                .singleElement()
                .satisfies(v -> assertThat(v.law()).isEqualTo(Law.COHORT_UPLOADED))
                .satisfies(v -> assertThat(v.detail()).contains("silo birch, of which 0"));
    }

    @Test
    void aMemberWhoseUpdateLacksAChunkIsFound() {
        logs.rows.remove(0);

        assertThat(check()).extracting(Violation::law).containsExactly(Law.COHORT_UPLOADED);
    }

    @Test
    void anUpdateThatIsInNoVersionAndWasNotRejectedIsFound() {
        var lost = again(3, 99);

        assertThat(check())
                .singleElement()
                .satisfies(v -> assertThat(v.law()).isEqualTo(Law.UPDATE_ACCOUNTED))
                .satisfies(v -> assertThat(v.detail()).startsWith("attempt 3 of silo ash"));

        logs.reject(lost, RejectionReason.LATE);
        assertThat(check()).isEmpty();
        assertThat(Accounts.of(logs.log()).reasons()).containsEntry(RejectionReason.LATE, 1);
    }

    @Test
    void aSecondUpdateUnderAnAttemptThatIsInAVersionHasToBeRejectedToo() {
        var second = again(1, 99);

        assertThat(check()).extracting(Violation::law).containsExactly(Law.COHORT_UPLOADED);

        logs.reject(second, RejectionReason.DUPLICATE);
        assertThat(check()).isEmpty();
    }

    @Test
    void aRejectionThatNamesAnotherRecordIsForOneUpload() {
        var second = again(1, 99);
        logs.reject(elsewhere(second), RejectionReason.NO_MANIFEST);
        assertThat(check()).isEmpty();

        var unused = again(1, 100);
        assertThat(check()).extracting(Violation::law).containsExactly(Law.COHORT_UPLOADED);
    }

    @Test
    void anUpdateThatWasRejectedAndThenAcceptedIsForgivenOnlyToAJobWithoutState() {
        logs.reject(logs.uploads.get(0), RejectionReason.LATE);

        assertThat(check()).isEmpty();
        assertThat(Accounts.of(logs.log()).rejected()).isEmpty();
        assertThat(Checker.checkVerdicts(logs.log()))
                .containsExactly(
                        violation(
                                Law.VERDICT_KEPT,
                                "attempt 1 of silo ash for round 1, at offset 0 of its topic, was"
                                        + " rejected and is in a version"));
    }

    @Test
    void aRejectionOfASecondUpdateUnderAnAttemptOverturnsNothing() {
        logs.reject(again(1, 99), RejectionReason.DUPLICATE);

        assertThat(Checker.checkVerdicts(logs.log())).isEmpty();
    }

    @Test
    void aModelThatItsCohortDoesNotMakeIsFound() {
        var right = logs.manifests.get(1);
        logs.manifests.set(1, with(right, right.chunkCrcs(), right.cohort().subList(0, 2)));

        assertThat(undisturbed())
                .singleElement()
                .satisfies(v -> assertThat(v.law()).isEqualTo(Law.SAME_BITS))
                .satisfies(v -> assertThat(v.detail()).contains("version 1 has digest"));
    }

    @Test
    void aNormalizerThatTheSiloDidNotSendIsFound() {
        changeBirch(m -> member(m, m.silo(), m.weight(), m.normalizer() + 0.5, m.localSteps()));

        assertThat(undisturbed())
                .singleElement()
                .satisfies(v -> assertThat(v.detail()).contains("silo birch with normalizer"));
    }

    @Test
    void localStepsThatTheSiloDidNotTakeAreFound() {
        changeBirch(m -> member(m, m.silo(), m.weight(), m.normalizer(), 3));

        assertThat(undisturbed())
                .containsExactly(
                        violation(
                                Law.SAME_BITS,
                                "version 2 has an update of silo birch of 3 local steps, which"
                                        + " took 4"));
    }

    @Test
    void aWeightThatIsNotThePlansIsFound() {
        changeBirch(m -> member(m, m.silo(), 0.25, m.normalizer(), m.localSteps()));

        assertThat(check())
                .singleElement()
                .satisfies(v -> assertThat(v.law()).isEqualTo(Law.COHORT_PLANNED))
                .satisfies(
                        v ->
                                assertThat(v.detail())
                                        .startsWith(
                                                "silo birch is in version 2 with weight 0.25,"
                                                        + " and its plan makes it 0.33"));
    }

    @Test
    void aMemberThatWasNotPlannedIsFound() {
        changeBirch(m -> member(m, "dogwood", m.weight(), m.normalizer(), m.localSteps()));

        assertThat(check())
                .contains(
                        violation(
                                Law.COHORT_PLANNED,
                                "silo dogwood is in the cohort of version 2, and not in its plan"));
    }

    @Test
    void anUpdateFromAnotherBaseIsFound() {
        logs.uploads.replaceAll(
                u -> u.silo().equals("birch") && u.manifest().id().round() == 2 ? from(u, 0) : u);

        assertThat(check())
                .containsExactly(
                        violation(
                                Law.COHORT_UPLOADED,
                                "version 2 was made from version 1, the update of silo birch from"
                                        + " version 0"));
    }

    @Test
    void aSecondPlanOfARoundThatDiffersIsFound() {
        logs.plans.add(FederationLogs.plan(1, FederationLogs.SEED));
        assertThat(check()).isEmpty();

        logs.plans.add(FederationLogs.plan(1, FederationLogs.SEED + 1));
        assertThat(check())
                .singleElement()
                .satisfies(v -> assertThat(v.law()).isEqualTo(Law.ONE_PLAN))
                .satisfies(v -> assertThat(v.detail()).startsWith("round 1 was planned twice"));
    }

    @Test
    void aVersionWithoutAPlanCannotBeMadeAgain() {
        logs.plans.remove(1);

        assertThat(undisturbed()).extracting(Violation::law).containsExactly(Law.SAME_BITS);
        assertThat(check()).extracting(Violation::law).contains(Law.COHORT_PLANNED);
    }

    private List<Violation> check() {
        return Checker.check(logs.log(), FederationLogs.ROUNDS);
    }

    private List<Violation> undisturbed() {
        return new Undisturbed(FederationLogs.DELTAS, FederationLogs.MODEL.genesis())
                .check(logs.log());
    }

    private static Upload elsewhere(Upload upload) {
        return new Upload(upload.silo(), 2, 0, upload.manifest());
    }

    /** Another update of the first silo for round 1. */
    private Upload again(int attempt, long nonce) {
        var unused =
                logs.upload(
                        logs.plans.get(0), "ash", attempt, nonce, FederationLogs.MODEL.genesis());
        return logs.uploads.get(logs.uploads.size() - 1);
    }

    /** Changes what version 2 says of its second member. */
    private void changeBirch(UnaryOperator<CohortMember> change) {
        var right = logs.manifests.get(2);
        var cohort = new ArrayList<>(right.cohort());
        cohort.set(1, change.apply(cohort.get(1)));
        logs.manifests.set(2, with(right, right.chunkCrcs(), cohort));
    }

    private static CohortMember member(
            CohortMember m, String silo, double weight, double normalizer, int localSteps) {
        return new CohortMember(
                silo,
                m.relay(),
                m.round(),
                m.attempt(),
                m.baseVersion(),
                weight,
                normalizer,
                localSteps,
                m.tokens(),
                m.norm(),
                m.trainLoss());
    }

    private static Upload from(Upload upload, int baseVersion) {
        var m = upload.manifest();
        return new Upload(
                upload.silo(),
                upload.partition(),
                upload.offset(),
                new UpdateManifest(
                        m.model(),
                        m.id(),
                        baseVersion,
                        m.layoutDigest(),
                        m.tokens(),
                        m.localSteps(),
                        m.normalizer(),
                        m.sumLearningRates(),
                        m.trainLoss(),
                        m.codec(),
                        m.chunks(),
                        m.chunksDigest(),
                        m.norm(),
                        m.members()));
    }

    private static Violation violation(Law law, String detail) {
        return new Violation(law, detail);
    }

    private static ModelVersion with(ModelVersion v, int[] crcs, List<CohortMember> cohort) {
        return FederationLogs.version(v.version(), crcs, cohort);
    }

    private static ModelVersion withCrcs(ModelVersion v, int[] crcs, String digest) {
        return new ModelVersion(
                v.model(),
                v.version(),
                v.baseVersion(),
                v.architecture(),
                v.tokenizer(),
                v.layout(),
                v.codec(),
                v.chunkVersions(),
                crcs,
                digest,
                v.snapshotVersion(),
                v.momentParts(),
                v.chunksSinceMillis(),
                v.clock(),
                v.rule(),
                v.serverOptimizer(),
                v.cohort(),
                v.measurements());
    }
}
