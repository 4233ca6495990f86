package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishUpdateTest {

    private static final int CHUNKS = SmallFederation.CHUNKS;
    private static final UpdateId FIRST = new UpdateId(1, 1, 5);
    private static final UpdateId SECOND = new UpdateId(1, 2, 5);

    private KeyedTwoInputStreamOperatorTestHarness<
                    String, PieceDone, UpdateManifest, UpdateManifest>
            harness;

    @BeforeEach
    void open() throws Exception {
        harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new PublishUpdate(SmallFederation.LAYOUT)),
                        PieceDone::model,
                        UpdateManifest::model,
                        Types.STRING);
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void theManifestFollowsTheLastPieceInTheOrderOfChunksAndParts() throws Exception {
        pieces(FIRST, CHUNKS - 1, 1);
        draft(FIRST);
        assertThat(harness.extractOutputValues()).isEmpty();
        piece(FIRST, 0, 0, 2);
        assertThat(harness.extractOutputValues()).isEmpty();
        piece(FIRST, 0, 1, 2);

        var crcs = new int[CHUNKS + 1];
        crcs[1] = 1; // chunk 0, part 1
        for (int chunk = 1; chunk < CHUNKS; chunk++) {
            crcs[chunk + 1] = 10 * chunk;
        }
        var manifest = harness.extractOutputValues().get(0);
        assertThat(manifest.id()).isEqualTo(FIRST);
        assertThat(manifest.chunksDigest()).isEqualTo(ChunkDigest.of(crcs));
        assertThat(manifest.norm()).isEqualTo(Math.sqrt(CHUNKS + 1));
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1); // which upload it was
    }

    @Test
    void piecesOfAnEarlierAttemptDoNotCount() throws Exception {
        draft(FIRST);
        pieces(FIRST, CHUNKS - 1, 1);
        draft(SECOND);
        pieces(FIRST, 0, 0); // still on their way
        assertThat(harness.extractOutputValues()).isEmpty();
        pieces(SECOND, CHUNKS - 1, 0);
        assertThat(harness.extractOutputValues())
                .extracting(UpdateManifest::id)
                .containsExactly(SECOND);
    }

    private void draft(UpdateId id) throws Exception {
        var upload = Upload.of("north", 1);
        harness.processElement2(
                new Upload("north", id, upload.codec(), 10, upload.values()).manifest(), 0);
    }

    private void pieces(UpdateId id, int from, int to) throws Exception {
        for (int chunk = from; chunk >= to; chunk--) {
            piece(id, chunk, 0, 1);
        }
    }

    private void piece(UpdateId id, int chunk, int part, int parts) throws Exception {
        harness.processElement1(
                new PieceDone(SmallFederation.MODEL, id, chunk, part, parts, 10 * chunk + part, 1),
                0);
    }
}
