package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.SmallFederation;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.wire.Wire;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishVersionTest {

    private static final Bootstrap BOOTSTRAP =
            new Bootstrap(SmallFederation.version(4, 3, 1), true, null, List.of(), List.of());

    private KeyedTwoInputStreamOperatorTestHarness<String, ChunkDone, VersionDraft, ModelVersion>
            harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void theManifestComesOnceEveryChunkIsDone() throws Exception {
        draft(5, true);
        for (int chunk : new int[] {2, 0, 3}) {
            done(5, chunk);
        }
        done(5, 3); // again: counts once
        assertThat(harness.extractOutputValues()).isEmpty();

        done(5, 1);

        var manifest = only(harness.extractOutputValues());
        assertThat(manifest.version()).isEqualTo(5);
        assertThat(manifest.baseVersion()).isEqualTo(4);
        assertThat(manifest.layout()).isEqualTo(SmallFederation.LAYOUT);
        assertThat(manifest.chunkCrcs()).containsExactly(500, 501, 502, 503);
        assertThat(manifest.chunkVersions()).containsOnly(5);
        assertThat(manifest.digest()).isEqualTo(ChunkDigest.of(manifest.chunkCrcs()));
        assertThat(manifest.cohort()).extracting(CohortMember::silo).containsExactly("silo-a");
        assertThat(only(manifest.measurements()))
                .satisfies(m -> assertThat(m.name()).isEqualTo("combined-delta-norm"))
                .extracting(Measurement::value)
                .isEqualTo(Math.sqrt(0 + 1 + 4 + 9));
    }

    @Test
    void theDraftMayComeLast() throws Exception {
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            done(5, chunk);
        }
        assertThat(harness.extractOutputValues()).isEmpty();

        draft(5, true);

        assertThat(only(harness.extractOutputValues()).version()).isEqualTo(5);
    }

    @Test
    void onlyTheNewestManifestIsKeptAfterwards() throws Exception {
        publish(5, true);
        publish(6, true);

        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void theSameManifestIsPublishedAgainWhenItsDraftComesAgain() throws Exception {
        publish(5, true);
        draft(5, true);
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            republished(5, chunk);
        }

        assertThat(harness.extractOutputValues()).hasSize(2);
        assertThat(Wire.encode(harness.extractOutputValues().get(1)))
                .isEqualTo(Wire.encode(harness.extractOutputValues().get(0)));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
    }

    /** A version can be overdue because one chunk is slow: the others are then done twice. */
    @Test
    void aRepublicationBeforeTheLastChunkDoesNotChangeTheManifest() throws Exception {
        draft(5, true);
        IntStream.range(0, 3).forEach(chunk -> done(5, chunk));
        draft(5, true);
        IntStream.range(0, 3).forEach(chunk -> republished(5, chunk));
        done(5, 3);

        var disturbed = only(harness.extractOutputValues());
        assertThat(disturbed.measurements().get(0).value()).isCloseTo(Math.sqrt(14), within(1e-12));
    }

    @Test
    void aManifestThatIsNoSnapshotPointsToTheLastOneThatWas() throws Exception {
        publish(5, false);
        publish(6, true);
        publish(7, false);
        publish(8, false);

        assertThat(harness.extractOutputValues())
                .extracting(ModelVersion::snapshotVersion)
                .containsExactly(3, 6, 6, 6);
        assertThat(harness.extractOutputValues())
                .extracting(ModelVersion::momentParts)
                .containsOnly(1);
    }

    /** One part more: the master. */
    @Test
    void theManifestNamesTheCodecAndCountsTheMaster() throws Exception {
        harness.processElement2(new StreamRecord<>(Rounds.draft(5, true, "sgd(lr=1)", Codec.BF16)));
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            done(5, chunk);
        }

        var manifest = only(harness.extractOutputValues());
        assertThat(manifest.codec()).isEqualTo(Codec.BF16);
        assertThat(manifest.momentParts()).isEqualTo(1);
        assertThat(manifest.masterPart()).isEqualTo(1);
    }

    @Test
    void aRestoredPublisherFinishesTheVersion() throws Exception {
        draft(5, true);
        done(5, 0);
        done(5, 1);
        var checkpoint = harness.snapshot(1, 0);
        harness.close();

        harness = harness();
        harness.initializeState(checkpoint);
        harness.open();
        done(5, 2);
        done(5, 3);
        draft(5, true);

        assertThat(harness.extractOutputValues())
                .hasSize(2)
                .allSatisfy(m -> assertThat(m.chunkCrcs()).containsExactly(500, 501, 502, 503));
    }

    private void publish(int version, boolean snapshot) throws Exception {
        draft(version, snapshot);
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            done(version, chunk);
        }
    }

    private void done(int version, int chunk) {
        report(new ChunkDone("main", version, chunk, 100 * version + chunk, chunk * chunk));
    }

    private void republished(int version, int chunk) {
        report(new ChunkDone("main", version, chunk, 100 * version + chunk, 0));
    }

    private void report(ChunkDone done) {
        try {
            harness.processElement1(new StreamRecord<>(done));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void draft(int version, boolean snapshot) throws Exception {
        var cohort = List.of(new CohortMember("silo-a", "", 1, 1, 0, 1, 10, 10, 640, 1.5, 2.5));
        harness.processElement2(
                new StreamRecord<>(
                        new VersionDraft(
                                "main",
                                version,
                                version - 1,
                                10L * version,
                                5_000,
                                snapshot,
                                Codec.F32,
                                "mean",
                                "nesterov(lr=0.7, momentum=0.9)",
                                cohort,
                                List.of())));
    }

    private static <T> T only(List<T> values) {
        assertThat(values).hasSize(1);
        return values.get(0);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    String, ChunkDone, VersionDraft, ModelVersion>
            harness() throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new PublishVersion(BOOTSTRAP)),
                ChunkDone::model,
                VersionDraft::model,
                Types.STRING);
    }
}
