package io.tributary.operators;

import io.tributary.operators.round.FederationPlan;
import io.tributary.operators.round.Pace;
import io.tributary.operators.round.SampleSize;
import io.tributary.operators.round.WeightBasis;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A model of four chunks (4, 2, 4 and 1 values in two blocks), a version of it to begin with, and
 * the plan of its federation: three silos, of which two make a quorum.
 */
public final class SmallFederation {

    public static final String MODEL = "main";

    public static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "embed",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("embed.weight", List.of(2, 3)))),
                            new Block(
                                    "head",
                                    Slot.WEIGHTS,
                                    List.of(
                                            new TensorSpec("head.weight", List.of(4)),
                                            new TensorSpec("head.bias", List.of())))),
                    4);

    public static final int CHUNKS = LAYOUT.chunkCount();

    public static final int FOLD_QUANTUM_EXPONENT = -40;

    public static final long GRACE_MILLIS = 100;
    public static final long DEADLINE_MILLIS = 1_000;
    public static final long SILENCE_MILLIS = 60_000;
    public static final long PUBLISH_TIMEOUT_MILLIS = 300;

    private SmallFederation() {}

    /** Number of values in a chunk. */
    public static int elements(int chunk) {
        return LAYOUT.chunks().get(chunk).elements();
    }

    /** A chunk of a published version; its values depend on version, chunk and part only. */
    public static ModelChunk published(int version, int chunk, int part) {
        return published(version, chunk, part, values(version, chunk, part));
    }

    /** A chunk of a published version with these values. */
    public static ModelChunk published(int version, int chunk, int part, float... values) {
        var payload = TensorCodec.encode(Codec.F32, FloatBuffer.wrap(values));
        return new ModelChunk(
                MODEL, version, chunk, part, Codec.F32, values.length, Crc32c.of(payload), payload);
    }

    /** What {@link #published(int, int, int)} holds. */
    public static float[] values(int version, int chunk, int part) {
        return random(elements(chunk), (version * 31L + chunk) * 31 + part);
    }

    /** A version without moments. */
    public static ModelVersion version(int version) {
        return version(version, version, 0);
    }

    /** A version whose chunks are {@link #published(int, int, int)}. */
    public static ModelVersion version(int version, int snapshotVersion, int momentParts) {
        var versions = new int[CHUNKS];
        var crcs = new int[CHUNKS];
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            versions[chunk] = version;
            crcs[chunk] = published(version, chunk, 0).crc32c();
        }
        return new ModelVersion(
                MODEL,
                version,
                version - 1,
                "{}",
                "bytes",
                LAYOUT,
                Codec.F32,
                versions,
                crcs,
                ChunkDigest.of(crcs),
                snapshotVersion,
                momentParts,
                0,
                10L * version,
                "mean",
                momentParts == 0 ? "sgd(lr=1)" : "nesterov(lr=0.7, momentum=0.9)",
                List.of(),
                List.of());
    }

    /** Uniform weights, every version a snapshot, no end. */
    public static FederationPlan federation(String rule, String serverOptimizer) {
        return new FederationPlan(
                MODEL,
                0,
                rule,
                "extend",
                serverOptimizer,
                Codec.F32,
                Codec.F32,
                WeightBasis.UNIFORM,
                0,
                10,
                Map.of(),
                new LocalTraining(
                        LocalSolver.SGD, 0.1, 0.1, 0, 1_000, 0, 0, 0, 0, 0, 0, false, 1, 8),
                3,
                SampleSize.ALL,
                WeightBasis.UNIFORM,
                2,
                GRACE_MILLIS,
                0,
                0,
                DEADLINE_MILLIS,
                SILENCE_MILLIS,
                PUBLISH_TIMEOUT_MILLIS,
                1,
                FOLD_QUANTUM_EXPONENT,
                Map.of(),
                Pace.SYNCHRONOUS,
                1);
    }

    /** Values between -1 and 1. */
    public static float[] random(int elements, long seed) {
        var random = new SplittableRandom(seed);
        var values = new float[elements];
        for (int j = 0; j < elements; j++) {
            values[j] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
