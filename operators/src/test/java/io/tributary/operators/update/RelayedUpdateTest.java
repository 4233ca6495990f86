package io.tributary.operators.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.SumCodec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay's sum: a chunk of two parts and one of one. */
class RelayedUpdateTest {

    private static final int FULL = SumCodec.PART_ELEMENTS + 3;
    private static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "all",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("w", List.of(FULL + 2))))),
                    FULL);
    private static final UpdateId ID = new UpdateId(1, 1, 7);

    private final UpdateVerifier verifier = new UpdateVerifier(LAYOUT);
    private final ChunkVerifier chunks = new ChunkVerifier(LAYOUT);
    private final List<UpdateChunk> pieces =
            List.of(piece(0, 0, SumCodec.PART_ELEMENTS), piece(0, 1, 3), piece(1, 0, 2));

    @Test
    void aSumIsWholeWithAllPartsOfAllChunks() {
        var manifest = manifest();
        var receipts = receipts(pieces);

        assertThat(verifier.checkManifest(manifest)).isEmpty();
        assertThat(verifier.isWhole(manifest, 2)).isFalse();
        assertThat(verifier.isWhole(manifest, 3)).isTrue();
        assertThat(receipts).hasSize(3);
        assertThat(verifier.checkWhole(manifest, receipts::get)).isEmpty();
        assertThat(verifier.norm(manifest, receipts::get)).isEqualTo(manifest.norm());
        assertThat(verifier.largest(manifest, receipts::get)).isBetween(0.99, 1.0);
    }

    @Test
    void deltasCannotPassForASumNorASumForADelta() {
        var delta =
                new UpdateChunk(
                        "main", ID, 1, Codec.F32, 2, Crc32c.of(new byte[8]), 0, new byte[8]);
        var mixed = receipts(List.of(pieces.get(0), pieces.get(1), delta));
        assertThat(verifier.checkWhole(manifest(), mixed::get))
                .map(Fault::reason)
                .contains(RejectionReason.INVALID_MANIFEST);

        var silos =
                Altered.copy(Altered.copy(manifest(), "members", List.of()), "codec", Codec.F32);
        assertThat(verifier.isWhole(silos, 2)).isTrue(); // two parts of one chunk, say
        var parts = receipts(pieces.subList(0, 2));
        assertThat(verifier.checkWhole(silos, parts::get))
                .map(Fault::reason)
                .contains(RejectionReason.INVALID_MANIFEST);
    }

    static Stream<UpdateManifest> senselessManifests() {
        var manifest = manifest(List.of());
        var a = member("a", 0.5, 1);
        var b = member("b", 0.25, 1);
        return Stream.of(
                        List.<CohortMember>of(),
                        List.of(b, a),
                        List.of(a, a),
                        List.of(member("", 0.5, 1)),
                        List.of(member("A", 0.5, 1)),
                        List.of(member("x".repeat(64), 0.5, 1)),
                        List.of(member("a", 0, 1)),
                        List.of(member("a", Double.NaN, 1)),
                        List.of(member("a", 1.5, 1)),
                        List.of(member("a", 0.5, 0)),
                        List.of(member("a", 0.5, Double.POSITIVE_INFINITY)))
                .map(members -> Altered.copy(manifest, "members", members));
    }

    @ParameterizedTest
    @MethodSource("senselessManifests")
    void membersThatCannotBeAreRefused(UpdateManifest manifest) {
        assertThat(verifier.checkManifest(manifest))
                .map(Fault::reason)
                .contains(RejectionReason.INVALID_MANIFEST);
    }

    @Test
    void aDeltaWithMembersIsRefused() {
        assertThat(verifier.checkManifest(Altered.copy(manifest(), "codec", Codec.BF16)))
                .map(Fault::reason)
                .contains(RejectionReason.INVALID_MANIFEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MAX_VALUE})
    void aPartOutsideTheChunkIsRefused(int part) {
        assertThat(chunks.check(Altered.copy(pieces.get(0), "part", part)).fault())
                .isEqualTo(RejectionReason.CHUNK_OUT_OF_RANGE);
    }

    @Test
    void aPartOfAnotherLengthIsRefused() {
        assertThat(chunks.check(Altered.copy(pieces.get(1), "elements", FULL)).fault())
                .isEqualTo(RejectionReason.LENGTH_MISMATCH);
        assertThat(chunks.check(Altered.copy(pieces.get(1), "payload", new byte[16])).fault())
                .isEqualTo(RejectionReason.LENGTH_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, 1e200})
    void aSumThatIsNotFiniteOrHasNoNormIsRefused(double value) {
        var payload = SumCodec.encode(new double[] {1, value}, 0, 2);
        var chunk = new UpdateChunk("main", ID, 1, Codec.F64, 2, Crc32c.of(payload), 0, 0, payload);
        assertThat(chunks.check(chunk).fault()).isEqualTo(RejectionReason.NOT_FINITE);
    }

    private UpdateManifest manifest() {
        return manifest(pieces);
    }

    private static UpdateManifest manifest(List<UpdateChunk> pieces) {
        double squares = 0;
        for (var piece : pieces) {
            squares += piece.squaredNorm();
        }
        return new UpdateManifest(
                "main",
                ID,
                0,
                LAYOUT.digest(),
                10,
                1,
                1,
                0,
                2,
                Codec.F64,
                List.of(new ChunkRange(0, 2, 1)),
                ChunkDigest.of(pieces.stream().mapToInt(UpdateChunk::crc32c).toArray()),
                Math.sqrt(squares),
                List.of(member("a", 0.5, 1), member("b", 0.25, 1)));
    }

    private static CohortMember member(String silo, double weight, double normalizer) {
        return new CohortMember(silo, "north", 1, 1, 0, weight, normalizer, 1, 5, 1, 2);
    }

    private Map<Integer, ChunkReceipt> receipts(List<UpdateChunk> some) {
        var receipts = new HashMap<Integer, ChunkReceipt>();
        for (var chunk : new ArrayList<>(some)) {
            var receipt = chunks.check(chunk);
            assertThat(receipt.fault()).isNull();
            receipts.put(verifier.piece(receipt), receipt);
        }
        return receipts;
    }

    private static UpdateChunk piece(int chunk, int part, int elements) {
        var random = new SplittableRandom(31L * chunk + part);
        var values = random.doubles(elements, -1, 1).toArray();
        values[0] = 0.999;
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        var payload = SumCodec.encode(values, 0, elements);
        return new UpdateChunk(
                "main", ID, chunk, Codec.F64, elements, Crc32c.of(payload), squares, part, payload);
    }
}
