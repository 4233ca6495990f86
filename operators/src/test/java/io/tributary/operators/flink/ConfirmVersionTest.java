package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.SmallFederation;
import io.tributary.operators.figures.VersionFigures;
import io.tributary.schemas.model.ModelVersion;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfirmVersionTest {

    private static final int OLDEST = 3;
    private static final ModelVersion VERSION = SmallFederation.version(4);
    private static final long MANIFEST_MILLIS = 9_000;
    private static final long NOW = 10_000;

    private KeyedOneInputStreamOperatorTestHarness<Integer, ChunkSeen, CoordinatorEvent> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
        harness.setProcessingTime(NOW);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void aVersionExistsWithItsManifestAndItsLastChunk() throws Exception {
        seen(VERSION, 0);
        seen(VERSION, 3);
        manifest(VERSION);
        seen(VERSION, 1);
        seen(VERSION, 1);
        assertThat(harness.extractOutputValues()).isEmpty();

        seen(VERSION, 2);

        assertThat(harness.extractOutputValues())
                .containsExactly(
                        CoordinatorEvent.of(
                                "main", VersionFigures.of(VERSION, MANIFEST_MILLIS, NOW)));
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void theManifestMayComeLast() throws Exception {
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            seen(VERSION, chunk);
        }
        assertThat(harness.extractOutputValues()).isEmpty();

        manifest(VERSION);

        assertThat(harness.extractOutputValues()).hasSize(1);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void aChunkWithAnotherChecksumThanTheManifestsWaitsForTheRightOne() throws Exception {
        manifest(VERSION);
        for (int chunk = 0; chunk < 3; chunk++) {
            seen(VERSION, chunk);
        }
        seen(4, 3, VERSION.chunkCrcs()[3] + 1);
        assertThat(harness.extractOutputValues()).isEmpty();

        seen(VERSION, 3);

        assertThat(harness.extractOutputValues()).hasSize(1);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void versionsAreToldApart() throws Exception {
        var next = SmallFederation.version(5);
        manifest(VERSION);
        manifest(next);
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            seen(chunk < 2 ? VERSION : next, chunk);
        }
        assertThat(harness.extractOutputValues()).isEmpty();

        seen(next, 0);
        seen(next, 1);

        assertThat(harness.extractOutputValues())
                .extracting(event -> event.version().version())
                .containsExactly(5);
    }

    @Test
    void versionsOlderThanTheJobsFirstAreIgnored() throws Exception {
        var old = SmallFederation.version(OLDEST - 1);
        manifest(old);
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            seen(old, chunk);
        }

        assertThat(harness.extractOutputValues()).isEmpty();
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void aRestoredReaderGoesOnWithWhatItSaw() throws Exception {
        manifest(VERSION);
        seen(VERSION, 0);
        seen(VERSION, 1);
        var checkpoint = harness.snapshot(1, 0);
        harness.close();

        harness = harness();
        harness.initializeState(checkpoint);
        harness.open();
        seen(VERSION, 2);
        seen(VERSION, 3);

        assertThat(harness.extractOutputValues()).hasSize(1);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    private void manifest(ModelVersion version) throws Exception {
        harness.processElement(ChunkSeen.of(version), MANIFEST_MILLIS);
    }

    private void seen(ModelVersion version, int chunk) throws Exception {
        seen(version.version(), chunk, version.chunkCrcs()[chunk]);
    }

    private void seen(int version, int chunk, int crc32c) throws Exception {
        harness.processElement(new ChunkSeen("main", version, chunk, crc32c, null), 0);
    }

    private static KeyedOneInputStreamOperatorTestHarness<Integer, ChunkSeen, CoordinatorEvent>
            harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new ConfirmVersion(OLDEST)),
                ChunkSeen::version,
                Types.INT);
    }
}
