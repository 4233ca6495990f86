package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.Samples;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChunkSearchTest {

    private final List<ModelChunk> chunks = Samples.chunks("main", 2, 7);
    private ChunkSearch search;

    @BeforeEach
    void start() {
        search = new ChunkSearch(Samples.version("main", 2, chunks, 0), 1);
    }

    @Test
    void aVersionIsCompleteWhenEveryChunkWasFound() {
        for (var chunk : chunks) {
            assertThat(search.isComplete()).isFalse();
            assertThat(search.accept(chunk)).isTrue();
        }
        assertThat(search.isComplete()).isTrue();
    }

    @Test
    void aChunkCountsOnce() {
        assertThat(search.accept(chunks.get(1))).isTrue();
        assertThat(search.accept(chunks.get(1))).isFalse();
        assertThat(search.missingChunks()).containsExactly(0, 2, 3, 4);
    }

    @Test
    void whatTheManifestDoesNotNameIsIgnored() {
        var good = chunks.get(1);
        assertThat(search.accept(Samples.chunk("other", 2, 1, 0, 7))).isFalse();
        assertThat(search.accept(Samples.chunk("main", 1, 1, 0, 7))).isFalse();
        assertThat(search.accept(Samples.chunk("main", 2, 1, 1, 7))).isFalse();
        assertThat(search.accept(Samples.chunk("main", 2, 1, 0, 8))).isFalse();
        assertThat(search.accept(with(good, 99, good.elements(), good.payload()))).isFalse();
        assertThat(search.accept(with(good, -1, good.elements(), good.payload()))).isFalse();
        assertThat(search.accept(with(good, 1, good.elements() - 1, good.payload()))).isFalse();
        assertThat(search.missingChunks()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aPayloadThatIsNotWhatItsRecordSaysIsIgnored() {
        var good = chunks.get(1);
        var damaged = good.payload().clone();
        damaged[0] ^= 1;
        assertThat(search.accept(with(good, 1, good.elements(), damaged))).isFalse();
        assertThat(search.accept(good)).isTrue();
    }

    @Test
    void momentsAreSearchedForWhenAskedFor() {
        var whole = new ChunkSearch(Samples.version("main", 2, chunks, 1), 2);
        chunks.forEach(chunk -> assertThat(whole.accept(chunk)).isTrue());
        assertThat(whole.hasAllParameters()).isTrue();
        assertThat(whole.isComplete()).isFalse();
        for (int c = 0; c < chunks.size(); c++) {
            assertThat(whole.accept(Samples.chunk("main", 2, c, 1, 100 + c))).isTrue();
        }
        assertThat(whole.isComplete()).isTrue();
    }

    /**
     * Another making of the same version may be on the log, with moments and a master of its own.
     */
    @Test
    void aMasterHasToRoundToTheParameters() {
        var version = Samples.bf16Version("main", 2, chunks);
        var whole = new ChunkSearch(version, 2);
        for (int c = 0; c < chunks.size(); c++) {
            assertThat(whole.accept(Samples.chunk("main", 2, c, 0, 7))).isFalse(); // it is f32
            assertThat(whole.accept(Samples.chunk("main", 2, c, 1, 8))).isFalse();
            assertThat(whole.accept(Samples.chunk("main", 2, c, 1, 7))).isTrue();
            assertThat(whole.accept(Samples.rounded(chunks.get(c)))).isTrue();
        }
        assertThat(whole.isComplete()).isTrue();
    }

    @Test
    void aManifestThatContradictsItselfIsRefused() {
        var v = Samples.version("main", 2, chunks.subList(0, 4), 0);
        assertThatThrownBy(() -> new ChunkSearch(v, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names 4 chunks, its layout has 5");
        ModelVersion wrongDigest = Samples.version("main", 2, chunks, 0);
        wrongDigest.chunkCrcs()[0]++;
        assertThatThrownBy(() -> new ChunkSearch(wrongDigest, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("digest");
    }

    private static ModelChunk with(ModelChunk chunk, int index, int elements, byte[] payload) {
        return new ModelChunk(
                chunk.model(),
                chunk.version(),
                index,
                chunk.part(),
                Codec.F32,
                elements,
                chunk.crc32c(),
                payload);
    }
}
