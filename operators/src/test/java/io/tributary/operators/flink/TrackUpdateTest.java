package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.operators.update.UpdateEvent;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrackUpdateTest {

    private static final long TIMEOUT = 1_000;
    private static final int BOOTSTRAP_VERSION = 0;
    private static final Upload UPLOAD = Upload.of("silo-a", 1);

    private KeyedOneInputStreamOperatorTestHarness<UploadKey, UpdateEvent, CoordinatorEvent>
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
    void anUpdateIsCompleteInWhateverOrderItsPartitionsAreRead() throws Exception {
        var orders = interleavings(events(UPLOAD));
        assertThat(orders).hasSize(420);
        var expected = UPLOAD.complete(Upload.APPENDED_MILLIS + 6); // chunk 2 comes last

        for (var order : orders) {
            var tracker = harness();
            tracker.open();
            for (var event : order) {
                tracker.processElement(event, 0);
            }
            assertThat(complete(tracker)).as("%s", order).containsExactly(expected);
            assertThat(rejected(tracker)).isEmpty();
            tracker.close();
        }
    }

    /** With all that the manifest says, and nothing that only the chunks can. */
    @Test
    void aSoundManifestIsAnnouncedOnceBeforeTheUpdateIsWhole() throws Exception {
        for (var order : interleavings(events(UPLOAD))) {
            var tracker = harness();
            tracker.open();
            for (var event : order) {
                tracker.processElement(event, 0);
            }
            var events = tracker.extractOutputValues();
            assertThat(events).as("%s", order).hasSize(2);
            var announced = events.get(0).announced();
            var whole = UPLOAD.complete(announced.arrivedMillis());
            assertThat(announced)
                    .isEqualTo(Altered.copy(Altered.copy(whole, "norm", 0.0), "largest", 0.0));
            assertThat(events.get(1).update()).isNotNull();
            tracker.close();
        }
    }

    @Test
    void aManifestThatComesLastIsNotAnnouncedAndAFaultyOrRelayedOneNever() throws Exception {
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            send(UPLOAD.chunk(chunk), 1);
        }
        send(UPLOAD.manifest(), 1);
        assertThat(complete(harness)).hasSize(1);
        assertThat(announced(harness)).isEmpty();

        var second = UPLOAD.withAttempt(2);
        send(second, Altered.copy(second.manifest(), "normalizer", 0.0), 1);
        assertThat(complete(harness)).hasSize(2);
        assertThat(announced(harness)).isEmpty();

        var third = UPLOAD.withAttempt(3);
        send(third, third.manifest(), 1);
        send(third, Altered.copy(third.manifest(), "normalizer", 5.0), 1);
        assertThat(announced(harness)).hasSize(1);
    }

    @Test
    void aChunkThatIsReadTwiceCountsOnce() throws Exception {
        send(UPLOAD.manifest(), 1);
        for (int i = 0; i < SmallFederation.CHUNKS; i++) {
            send(UPLOAD.chunk(0), 1);
        }
        assertThat(complete(harness)).isEmpty();

        for (int chunk = 1; chunk < SmallFederation.CHUNKS; chunk++) {
            send(UPLOAD.chunk(chunk), 1 + chunk % Upload.PARTITIONS);
        }
        assertThat(complete(harness)).hasSize(1);
    }

    static Stream<Arguments> faultyManifests() {
        var good = UPLOAD.manifest();
        return Stream.of(
                Arguments.of(
                        Altered.copy(good, "layoutDigest", "f".repeat(64)),
                        RejectionReason.LAYOUT_MISMATCH),
                Arguments.of(
                        Altered.copy(good, "normalizer", 0.0), RejectionReason.INVALID_MANIFEST),
                Arguments.of(
                        Altered.copy(good, "normalizer", -1.0), RejectionReason.INVALID_MANIFEST),
                Arguments.of(
                        Altered.copy(good, "normalizer", Double.NaN),
                        RejectionReason.INVALID_MANIFEST),
                Arguments.of(
                        Altered.copy(good, "normalizer", Double.POSITIVE_INFINITY),
                        RejectionReason.INVALID_MANIFEST),
                Arguments.of(Altered.copy(good, "localSteps", 0), RejectionReason.INVALID_MANIFEST),
                Arguments.of(Altered.copy(good, "tokens", -1L), RejectionReason.INVALID_MANIFEST),
                Arguments.of(
                        Altered.copy(good, "chunks", List.of(new ChunkRange(0, 3, 1))),
                        RejectionReason.INVALID_MANIFEST),
                Arguments.of(
                        Altered.copy(good, "chunksDigest", "0".repeat(64)),
                        RejectionReason.DIGEST_MISMATCH),
                Arguments.of(
                        Altered.copy(good, "norm", 1.01 * good.norm()),
                        RejectionReason.INVALID_MANIFEST),
                Arguments.of(
                        Altered.copy(good, "norm", Double.NaN), RejectionReason.INVALID_MANIFEST));
    }

    @ParameterizedTest
    @MethodSource("faultyManifests")
    void aManifestThatDoesNotAddUpEndsTheUploadOnce(UpdateManifest manifest, RejectionReason reason)
            throws Exception {
        send(manifest, 1);
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            send(UPLOAD.chunk(chunk), 1 + chunk % Upload.PARTITIONS);
        }
        send(UPLOAD.end(1), 1);

        isRejectedOnce(reason);
    }

    @Test
    void aFaultyChunkEndsTheUploadAndIsNamed() throws Exception {
        send(UPLOAD.manifest(), 1);
        send(UPLOAD.chunk(1), 2);
        send(UPLOAD.withChunk(2, 1, 2, 3, Float.NaN).chunk(2), 3);
        send(UPLOAD.chunk(0), 1);

        isRejectedOnce(RejectionReason.NOT_FINITE);
        assertThat(rejected(harness).get(0).chunk()).isEqualTo(2);
    }

    @Test
    void aManifestThatIsReadAfterAFaultyChunkIsNotARepetitionAndASecondOneIs() throws Exception {
        send(UPLOAD.withChunk(2, 1, 2, 3, Float.NaN).chunk(2), 3);
        send(UPLOAD.manifest(), 1);
        send(UPLOAD.chunk(0), 1);
        isRejectedOnce(RejectionReason.NOT_FINITE);

        send(UPLOAD.manifest(), 1);

        assertThat(rejected(harness))
                .extracting(RejectedUpdate::reason)
                .containsExactly(RejectionReason.NOT_FINITE, RejectionReason.DUPLICATE);
    }

    @Test
    void anEndMarkShowsThatAChunkOfItsPartitionWasNeverSent() throws Exception {
        send(UPLOAD.manifest(), 1);
        send(UPLOAD.chunk(0), 1);
        send(UPLOAD.chunk(1), 2);
        send(UPLOAD.end(2), 2);
        assertThat(rejected(harness)).isEmpty();
        send(UPLOAD.end(1), 1); // chunk 3 should have come before it

        isRejectedOnce(RejectionReason.INCOMPLETE);
        assertThat(rejected(harness).get(0).chunk()).isEqualTo(3);
    }

    @Test
    void theEndOfTheManifestsPartitionShowsThatThereIsNoManifest() throws Exception {
        send(UPLOAD.chunk(1), 2);
        send(UPLOAD.end(2), 2);
        assertThat(rejected(harness)).isEmpty();
        send(UPLOAD.chunk(0), 1);
        send(UPLOAD.chunk(3), 1);
        send(UPLOAD.end(1), 1);

        isRejectedOnce(RejectionReason.NO_MANIFEST);
    }

    @Test
    void aManifestWhoseChunksNeverComeTimesOut() throws Exception {
        send(UPLOAD.manifest(), 1);
        send(UPLOAD.chunk(0), 1);
        harness.setProcessingTime(TIMEOUT - 1);
        assertThat(rejected(harness)).isEmpty();
        harness.setProcessingTime(TIMEOUT);

        isRejectedOnce(RejectionReason.INCOMPLETE);
        assertThat(rejected(harness).get(0).detail()).contains("1 of 4 chunks");
        nothingIsLeftAt(2 * TIMEOUT);
    }

    @Test
    void chunksWithoutAManifestTimeOut() throws Exception {
        send(UPLOAD.chunk(1), 2);
        send(UPLOAD.chunk(2), 3);
        harness.setProcessingTime(TIMEOUT);

        isRejectedOnce(RejectionReason.NO_MANIFEST);
        nothingIsLeftAt(2 * TIMEOUT);
    }

    @Test
    void whatComesAfterTheTimeoutIsNotASecondFault() throws Exception {
        send(UPLOAD.manifest(), 1);
        harness.setProcessingTime(TIMEOUT);
        send(UPLOAD.chunk(0), 1);
        send(UPLOAD.end(1), 1);

        isRejectedOnce(RejectionReason.INCOMPLETE);
    }

    @Test
    void theSameUploadReadAgainIsADuplicate() throws Exception {
        sendAll(UPLOAD);
        sendAll(UPLOAD);

        assertThat(complete(harness)).hasSize(1);
        assertThat(rejected(harness))
                .singleElement()
                .extracting(RejectedUpdate::reason)
                .isEqualTo(RejectionReason.DUPLICATE);
        nothingIsLeftAt(2 * TIMEOUT);
    }

    @Test
    void anotherAttemptIsAnotherUpload() throws Exception {
        sendAll(UPLOAD);
        sendAll(UPLOAD.withAttempt(2));

        assertThat(complete(harness)).extracting(u -> u.id().attempt()).containsExactly(1, 2);
        assertThat(rejected(harness)).isEmpty();
    }

    @Test
    void receiptsGoWithTheVerdictAndTheMarkWithTheTimer() throws Exception {
        send(UPLOAD.manifest(), 1);
        send(UPLOAD.chunk(0), 1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2); // status, receipts
        assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);

        send(UPLOAD.chunk(1), 2);
        send(UPLOAD.chunk(2), 3);
        send(UPLOAD.chunk(3), 1);
        assertThat(complete(harness)).hasSize(1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);

        nothingIsLeftAt(2 * TIMEOUT);
    }

    @Test
    void endMarksThatAreReadJustAfterTheDeadlineDoNotUndoTheVerdict() throws Exception {
        send(UPLOAD.manifest(), 1);
        harness.setProcessingTime(TIMEOUT - 1);
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            send(UPLOAD.chunk(chunk), 1 + chunk % Upload.PARTITIONS);
        }
        harness.setProcessingTime(TIMEOUT + 1);
        send(UPLOAD.end(1), 1);
        harness.setProcessingTime(4 * TIMEOUT);

        assertThat(complete(harness)).hasSize(1);
        assertThat(rejected(harness)).isEmpty();
        nothingIsLeftAt(4 * TIMEOUT);
    }

    @Test
    void aRestoredTrackerCompletesTheUploadThatWasUnderWay() throws Exception {
        var order = interleavings(events(UPLOAD)).get(137);
        for (int cut = 1; cut < order.size(); cut++) {
            var before = harness();
            before.open();
            for (var event : order.subList(0, cut)) {
                before.processElement(event, 0);
            }
            var checkpoint = before.snapshot(1, 0);
            before.close();

            var after = harness();
            after.initializeState(checkpoint);
            after.open();
            for (var event : order.subList(cut, order.size())) {
                after.processElement(event, 0);
            }
            var verdicts = new ArrayList<>(complete(before));
            verdicts.addAll(complete(after));
            assertThat(verdicts).hasSize(1);
            assertThat(rejected(after)).isEmpty();

            after.setProcessingTime(2 * TIMEOUT);
            assertThat(after.numKeyedStateEntries()).isZero();
            assertThat(after.numProcessingTimeTimers()).isZero();
            after.close();
        }
    }

    @Test
    void anUploadThatBeganBeforeTheJobsStartingPointIsNotAFault() throws Exception {
        var old = Upload.of("silo-a", BOOTSTRAP_VERSION);
        send(old, old.chunk(0), 1);
        send(old, old.end(1), 1);
        send(old.withAttempt(2), old.withAttempt(2).chunk(1), 2);
        harness.setProcessingTime(TIMEOUT);

        assertThat(rejected(harness)).isEmpty();
        assertThat(harness.extractOutputValues()).isEmpty();
        nothingIsLeftAt(3 * TIMEOUT);
    }

    /** Nothing of it was before the starting point: its manifest, which is sent first, was not. */
    @Test
    void anOldUploadWhoseManifestIsReadLastIsRejectedAllTheSame() throws Exception {
        var old = Upload.of("silo-a", BOOTSTRAP_VERSION);
        send(old, old.end(1), 1);
        assertThat(rejected(harness)).isEmpty();
        send(old, old.manifest(), 1);

        assertThat(rejected(harness))
                .singleElement()
                .extracting(RejectedUpdate::reason)
                .isEqualTo(RejectionReason.NO_MANIFEST);
        send(old, old.manifest(), 1);
        assertThat(rejected(harness))
                .last()
                .extracting(RejectedUpdate::reason)
                .isEqualTo(RejectionReason.DUPLICATE);
    }

    @Test
    void anOldUploadWithItsManifestAndWithoutAChunkIsRejectedAllTheSame() throws Exception {
        var old = Upload.of("silo-a", BOOTSTRAP_VERSION);
        send(old, old.manifest(), 1);
        harness.setProcessingTime(TIMEOUT);

        assertThat(rejected(harness))
                .singleElement()
                .extracting(RejectedUpdate::reason)
                .isEqualTo(RejectionReason.INCOMPLETE);
        nothingIsLeftAt(3 * TIMEOUT);
    }

    /** End marks and manifests are strangers' words: their ranges need not make sense. */
    @Test
    void rangesThatMakeNoSenseAreAFaultAndNotAFailure() throws Exception {
        var nonsense =
                List.of(
                        new ChunkRange(0, 4, 0),
                        new ChunkRange(Integer.MIN_VALUE, Integer.MAX_VALUE, -1),
                        new ChunkRange(1, -3, 1));
        send(Altered.copy(UPLOAD.manifest(), "chunks", nonsense), 1);
        isRejectedOnce(RejectionReason.INVALID_MANIFEST);

        var second = UPLOAD.withAttempt(2);
        send(second, Altered.copy(second.end(2), "chunks", nonsense), 2);
        assertThat(rejected(harness)).hasSize(1);
    }

    @Test
    void aRejectionFitsItsTopicWhateverTheManifestSays() throws Exception {
        send(Altered.copy(UPLOAD.manifest(), "layoutDigest", "x".repeat(900_000)), 1);

        assertThat(rejected(harness))
                .singleElement()
                .satisfies(r -> assertThat(Wire.encode(r).length).isLessThan(2_000));
    }

    private void isRejectedOnce(RejectionReason reason) {
        assertThat(rejected(harness))
                .singleElement()
                .satisfies(
                        r -> {
                            assertThat(r.reason()).isEqualTo(reason);
                            assertThat(r.silo()).isEqualTo("silo-a");
                            assertThat(r.round()).isEqualTo(1);
                            assertThat(r.attempt()).isEqualTo(1);
                            assertThat(r.detail()).isNotEmpty();
                        });
        assertThat(complete(harness)).singleElement().matches(CompleteUpdate::faulty);
    }

    private void nothingIsLeftAt(long millis) throws Exception {
        harness.setProcessingTime(millis);
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    private void sendAll(Upload upload) throws Exception {
        for (var partition : events(upload)) {
            for (var event : partition) {
                harness.processElement(event, 0);
            }
        }
    }

    private void send(Record record, int partition) throws Exception {
        send(UPLOAD, record, partition);
    }

    private void send(Upload upload, Record record, int partition) throws Exception {
        harness.processElement(upload.event(record, partition, 0, 5_000), 0);
    }

    private static List<List<UpdateEvent>> events(Upload upload) throws Exception {
        var partitions = new ArrayList<List<UpdateEvent>>();
        for (var partition : upload.partitions()) {
            var events = new ArrayList<UpdateEvent>();
            for (var raw : partition) {
                events.add(
                        upload.event(
                                Wire.decode(raw.value()),
                                raw.partition(),
                                raw.offset(),
                                raw.appendMillis()));
            }
            partitions.add(events);
        }
        return partitions;
    }

    /** All ways to merge the partitions that keep the order within each. */
    private static List<List<UpdateEvent>> interleavings(List<List<UpdateEvent>> partitions) {
        if (partitions.stream().allMatch(List::isEmpty)) {
            return List.of(List.of());
        }
        var orders = new ArrayList<List<UpdateEvent>>();
        for (int p = 0; p < partitions.size(); p++) {
            var partition = partitions.get(p);
            if (partition.isEmpty()) {
                continue;
            }
            var rest = new ArrayList<>(partitions);
            rest.set(p, partition.subList(1, partition.size()));
            for (var tail : interleavings(rest)) {
                var order = new ArrayList<UpdateEvent>();
                order.add(partition.get(0));
                order.addAll(tail);
                orders.add(order);
            }
        }
        return orders;
    }

    private static List<CompleteUpdate> complete(
            KeyedOneInputStreamOperatorTestHarness<?, ?, CoordinatorEvent> harness) {
        return harness.extractOutputValues().stream()
                .map(CoordinatorEvent::update)
                .filter(Objects::nonNull)
                .toList();
    }

    /** What is told of uploads before they are whole. */
    private static List<CompleteUpdate> announced(
            KeyedOneInputStreamOperatorTestHarness<?, ?, CoordinatorEvent> harness) {
        return harness.extractOutputValues().stream()
                .map(CoordinatorEvent::announced)
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<RejectedUpdate> rejected(
            KeyedOneInputStreamOperatorTestHarness<?, ?, ?> harness) {
        return SideOutput.of(harness, TrackUpdate.REJECTED);
    }

    private static KeyedOneInputStreamOperatorTestHarness<UploadKey, UpdateEvent, CoordinatorEvent>
            harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new TrackUpdate(SmallFederation.LAYOUT, BOOTSTRAP_VERSION, TIMEOUT)),
                UploadKey::of,
                TypeInformation.of(UploadKey.class));
    }
}
