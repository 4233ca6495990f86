package io.tributary.operators.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.rule.Contribution;
import io.tributary.operators.rule.FedNova;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.RejectionReason;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateVerifierTest {

    private static final int CHUNKS = SmallFederation.CHUNKS;

    private final UpdateVerifier verifier = new UpdateVerifier(SmallFederation.LAYOUT);
    private final ChunkVerifier chunks = new ChunkVerifier(SmallFederation.LAYOUT);
    private final Upload upload = Upload.of("silo-a", 1);
    private final IntFunction<ChunkReceipt> receipts = c -> chunks.check(upload.chunk(c));

    @Test
    void aWholeUpdateIsWhatItsManifestSays() {
        assertThat(verifier.checkManifest(upload.manifest())).isEmpty();
        assertThat(verifier.checkWhole(upload.manifest(), receipts)).isEmpty();
        assertThat(verifier.norm(upload.manifest(), receipts))
                .isCloseTo(upload.norm(), within(1e-12));
        assertThat(verifier.isWhole(upload.manifest(), CHUNKS)).isTrue();
        assertThat(verifier.isWhole(upload.manifest(), CHUNKS - 1)).isFalse();
    }

    @Test
    void anUpdateOfZerosIsSound() {
        var values = List.of(new float[4], new float[2], new float[4], new float[1]);
        var zeros = new Upload("silo-a", upload.id(), upload.codec(), 10, values);

        assertThat(verifier.checkWhole(zeros.manifest(), c -> chunks.check(zeros.chunk(c))))
                .isEmpty();
    }

    @Test
    void everyChunkTakesPartInTheDigest() {
        var other = Upload.of("silo-b", 1);
        for (int changed = 0; changed < CHUNKS; changed++) {
            int chunk = changed;
            var fault =
                    verifier.checkWhole(
                            upload.manifest(),
                            c -> chunks.check(c == chunk ? other.chunk(c) : upload.chunk(c)));
            assertThat(reason(fault)).isEqualTo(RejectionReason.DIGEST_MISMATCH);
        }
    }

    @Test
    void aReportedNormMayBeRoundedButNotWrong() {
        double norm = upload.norm();
        for (double rounded : new double[] {1.0009 * norm, 0.9991 * norm}) {
            assertThat(checkedWithNorm(rounded)).isEmpty();
        }
        for (double wrong :
                new double[] {1.0011 * norm, -norm, 0, Double.POSITIVE_INFINITY, Double.NaN}) {
            assertThat(reason(checkedWithNorm(wrong))).isEqualTo(RejectionReason.INVALID_MANIFEST);
        }
    }

    @Test
    void chunksMayBeAnnouncedInSeveralRanges() {
        var ranges = List.of(new ChunkRange(1, 2, 2), new ChunkRange(0, 2, 2));
        var manifest = Altered.copy(upload.manifest(), "chunks", ranges);

        assertThat(verifier.checkManifest(manifest)).isEmpty();
    }

    @Test
    void moreRangesThanChunksAreRefusedUnread() {
        var ranges = Collections.nCopies(CHUNKS + 1, new ChunkRange(0, CHUNKS, 1));
        var manifest = Altered.copy(upload.manifest(), "chunks", ranges);
        var end = Altered.copy(upload.end(2), "chunks", ranges);

        assertThat(reason(verifier.checkManifest(manifest)))
                .isEqualTo(RejectionReason.INVALID_MANIFEST);
        assertThat(reason(verifier.checkEnd(end, upload.manifest(), c -> false)))
                .isEqualTo(RejectionReason.INVALID_MANIFEST);
    }

    @Test
    void anEndMarkNamesTheFirstChunkThatIsMissing() {
        var end = upload.end(1); // chunks 0 and 3
        assertThat(verifier.checkEnd(end, upload.manifest(), c -> c == 0 || c == 3)).isEmpty();
        assertThat(verifier.checkEnd(end, upload.manifest(), c -> c == 0))
                .contains(
                        new Fault(
                                RejectionReason.INCOMPLETE,
                                "partition 1 ended without chunk 3 that its end mark names",
                                3));
    }

    @Test
    void onlyTheManifestsPartitionMustHaveBroughtTheManifest() {
        assertThat(verifier.checkEnd(upload.end(2), null, c -> true)).isEmpty();
        assertThat(reason(verifier.checkEnd(upload.end(1), null, c -> true)))
                .isEqualTo(RejectionReason.NO_MANIFEST);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aLossThatIsNoNumberIsRefused(double loss) {
        var manifest = Altered.copy(upload.manifest(), "trainLoss", loss);

        assertThat(reason(verifier.checkManifest(manifest)))
                .isEqualTo(RejectionReason.INVALID_MANIFEST);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.MIN_VALUE, 1e-300, 1e-7, 1e10, Double.MAX_VALUE})
    void aNormalizerThatArithmeticCannotCarryIsRefused(double normalizer) {
        var manifest = Altered.copy(upload.manifest(), "normalizer", normalizer);

        assertThat(reason(verifier.checkManifest(manifest)))
                .isEqualTo(RejectionReason.INVALID_MANIFEST);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.5, 1, 30, 1e9})
    void anAdmittedNormalizerKeepsEveryAdmittedRowFinite(double normalizer) {
        var manifest = Altered.copy(upload.manifest(), "normalizer", normalizer);
        assertThat(verifier.checkManifest(manifest)).isEmpty();

        var rule = new FedNova();
        var grid = new FoldGrid(SmallFederation.FOLD_QUANTUM_EXPONENT);
        var contribution = new Contribution(1.0 / 3, normalizer);
        float largest = (float) (grid.limit() * Math.min(1, normalizer));
        var sum = new double[2];
        grid.fold(sum, new float[] {0, largest}, rule.scale(contribution));
        grid.finish(sum, rule.finish(List.of(contribution)));

        assertThat(sum[0]).isZero();
        assertThat((float) sum[1]).isCloseTo(largest, within(1e-3f * largest));
    }

    private Optional<Fault> checkedWithNorm(double norm) {
        return verifier.checkWhole(Altered.copy(upload.manifest(), "norm", norm), receipts);
    }

    private static RejectionReason reason(Optional<Fault> fault) {
        return fault.orElseThrow().reason();
    }
}
