package io.tributary.kafka;

import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small models and records to write and read. */
public final class Samples {

    /** Two blocks, five chunks: 0 to 2 with 8, 8 and 4 values, 3 and 4 with 8 and 2. */
    public static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "layer-0",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("layer-0.weight", List.of(4, 5)))),
                            new Block(
                                    "layer-1",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("layer-1.weight", List.of(10))))),
                    8);

    private Samples() {}

    /** A model of pseudo-random values. */
    public static ParameterBuffer model(long seed) {
        var random = new Random(seed);
        var model = ParameterBuffer.allocate(LAYOUT);
        for (int c = 0; c < LAYOUT.chunkCount(); c++) {
            var chunk = model.chunk(c);
            while (chunk.hasRemaining()) {
                chunk.put(random.nextFloat() - 0.5f);
            }
        }
        return model;
    }

    public static float[] values(ParameterBuffer model) {
        var values = new float[(int) LAYOUT.elements()];
        int next = 0;
        for (int c = 0; c < LAYOUT.chunkCount(); c++) {
            var chunk = model.chunk(c);
            int count = chunk.remaining();
            chunk.get(values, next, count);
            next += count;
        }
        return values;
    }

    public static ModelChunk chunk(String model, int version, int index, int part, long seed) {
        var parameters = model(seed);
        var values = parameters.chunk(index);
        var payload = TensorCodec.encode(Codec.F32, values);
        return new ModelChunk(
                model,
                version,
                index,
                part,
                Codec.F32,
                values.remaining(),
                Crc32c.of(payload),
                payload);
    }

    /** All parameter chunks of a version whose values come from one seed. */
    public static List<ModelChunk> chunks(String model, int version, long seed) {
        var chunks = new ArrayList<ModelChunk>();
        for (int c = 0; c < LAYOUT.chunkCount(); c++) {
            chunks.add(chunk(model, version, c, 0, seed));
        }
        return chunks;
    }

    /** The manifest of a version made of these chunks. */
    public static ModelVersion version(
            String model, int version, List<ModelChunk> chunks, int momentParts) {
        return version(model, version, chunks, momentParts, 0);
    }

    public static ModelVersion version(
            String model,
            int version,
            List<ModelChunk> chunks,
            int momentParts,
            long chunksSinceMillis) {
        var crcs = chunks.stream().mapToInt(ModelChunk::crc32c).toArray();
        return new ModelVersion(
                model,
                version,
                version - 1,
                "{}",
                "bytes",
                LAYOUT,
                Codec.F32,
                chunks.stream().mapToInt(ModelChunk::version).toArray(),
                crcs,
                ChunkDigest.of(crcs),
                version,
                momentParts,
                chunksSinceMillis,
                0,
                "mean",
                "sgd(lr=1)",
                List.of(),
                List.of());
    }

    /** The same chunk, as a version in bf16 publishes it. */
    public static ModelChunk rounded(ModelChunk chunk) {
        var values = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), values.length, values, 0);
        var payload = TensorCodec.encode(Codec.BF16, values);
        return new ModelChunk(
                chunk.model(),
                chunk.version(),
                chunk.chunk(),
                chunk.part(),
                Codec.BF16,
                values.length,
                Crc32c.of(payload),
                payload);
    }

    /** The manifest of a version in bf16, a snapshot, whose only part is its master. */
    public static ModelVersion bf16Version(String model, int version, List<ModelChunk> masters) {
        var exact = version(model, version, masters, 1);
        var crcs = masters.stream().mapToInt(chunk -> rounded(chunk).crc32c()).toArray();
        return new ModelVersion(
                model,
                version,
                exact.baseVersion(),
                exact.architecture(),
                exact.tokenizer(),
                exact.layout(),
                Codec.BF16,
                exact.chunkVersions(),
                crcs,
                ChunkDigest.of(crcs),
                exact.snapshotVersion(),
                exact.momentParts(),
                exact.chunksSinceMillis(),
                exact.clock(),
                exact.rule(),
                exact.serverOptimizer(),
                exact.cohort(),
                exact.measurements());
    }

    /** As it is if it was not given: made of one silo's update. */
    public static ModelVersion made(ModelVersion version, String silo) {
        int round = version.version();
        return new ModelVersion(
                version.model(),
                round,
                version.baseVersion(),
                version.architecture(),
                version.tokenizer(),
                version.layout(),
                version.codec(),
                version.chunkVersions(),
                version.chunkCrcs(),
                version.digest(),
                version.snapshotVersion(),
                version.momentParts(),
                version.chunksSinceMillis(),
                version.clock(),
                version.rule(),
                version.serverOptimizer(),
                List.of(new CohortMember(silo, "", round, 1, round - 1, 1, 1, 1, 1, 1, 1)),
                version.measurements());
    }

    public static RoundPlan plan(String model, int round, String... silos) {
        return plan(model, round, round - 1, silos);
    }

    public static RoundPlan plan(String model, int round, int baseVersion, String... silos) {
        var assignments =
                Arrays.stream(silos)
                        .sorted()
                        .map(silo -> new SiloAssignment(silo, 1.0 / silos.length, 2))
                        .toList();
        return new RoundPlan(
                model,
                round,
                baseVersion,
                LAYOUT.digest(),
                "mean",
                "extend",
                "sgd(lr=1)",
                Codec.F32,
                assignments,
                new LocalTraining(
                        LocalSolver.SGD, 0.1, 0.1, 0, 0, 0, 0.9, 0.99, 1e-8, 0, 0, false, 1, 8),
                0,
                -30,
                silos.length,
                1000,
                0,
                0,
                60_000,
                0,
                0.5,
                1,
                1);
    }

    /** A copy of a model with one value changed. */
    public static ParameterBuffer with(ParameterBuffer model, int chunk, int index, float value) {
        var copy = ParameterBuffer.allocate(model.layout());
        copy.copyFrom(model);
        FloatBuffer values = copy.chunk(chunk);
        values.put(index, value);
        return copy;
    }
}
