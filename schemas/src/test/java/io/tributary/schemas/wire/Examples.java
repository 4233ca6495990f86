package io.tributary.schemas.wire;

import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * One record of every type that travels: round 7 of a model of six values in three chunks, on two
 * chunk partitions.
 */
final class Examples {

    static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "embedding",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("wte.weight", List.of(2, 2)))),
                            new Block(
                                    "final",
                                    Slot.WEIGHTS,
                                    List.of(
                                            new TensorSpec("ln_f.weight", List.of(1)),
                                            new TensorSpec("temperature", List.of())))),
                    2);

    private static final UpdateId ID = new UpdateId(7, 1, 0x0123456789ABCDEFL);
    private static final byte[] FIRST = payload(Codec.BF16, 0.5f, -0.25f);
    private static final byte[] SECOND = payload(Codec.BF16, 1, 2);
    private static final byte[] THIRD = payload(Codec.BF16, 0, -3);

    private static final double NORM = Math.sqrt(14.3125);
    private static final int[] CRCS = {Crc32c.of(FIRST), Crc32c.of(SECOND), Crc32c.of(THIRD)};

    private Examples() {}

    static List<Record> all() {
        return List.of(
                updateManifest(),
                updateChunk(),
                new UpdateEnd("main", ID, 1, List.of(new ChunkRange(0, 2, 2))),
                new RejectedUpdate(
                        "borealis",
                        1,
                        41,
                        "main",
                        7,
                        1,
                        2,
                        RejectionReason.CRC_MISMATCH,
                        "chunk 2 of round 7 does not match its CRC: send the update again",
                        1_750_000_000_123L),
                roundPlan(),
                new RoundWeights(
                        "main",
                        7,
                        "nnm(f=0) | median",
                        List.of("acme-eu", "borealis"),
                        List.of(ID, new UpdateId(7, 2, 5)),
                        true,
                        new double[] {},
                        2,
                        new double[] {0.75, 0.25, 0.25, 0.75},
                        new double[] {0.5, 0.5},
                        1,
                        new int[] {},
                        0,
                        List.of(new Measurement("clipping-norm", 0.5)),
                        ""),
                new RoundOutcome(
                        "main",
                        7,
                        RoundStatus.CLOSED,
                        "1 of 2 updates by the deadline, quorum 1",
                        "mean",
                        List.of(
                                new UpdateVerdict(
                                        "acme-eu",
                                        UpdateVerdict.Status.ACCEPTED,
                                        0,
                                        1,
                                        1_750_000_060_000L),
                                new UpdateVerdict(
                                        "borealis", UpdateVerdict.Status.MISSING, 0, 0, 0)),
                        1_750_000_000_000L,
                        1_750_000_060_500L),
                new ModelChunk("main", 7, 1, 0, Codec.BF16, 2, CRCS[1], SECOND),
                modelVersion(),
                new SiloPresence(
                        SiloPresence.Kind.HEARTBEAT,
                        1_749_999_000_000L,
                        5_000_000,
                        1_200,
                        SiloPresence.Phase.TRAINING,
                        "main",
                        7,
                        12,
                        100,
                        8_100.5,
                        1,
                        0.75,
                        6),
                new SiloEvaluation("main", 7, 2_500.25, 1_000, 4_096),
                new ControlCommand(
                        "main",
                        ControlCommand.Kind.EVICT,
                        "acme-eu",
                        "",
                        "operator",
                        "contract ended – thanks"),
                new ControlOutcome(
                        "main", 3, true, "silo acme-eu is evicted", 8, 1_750_000_000_000L));
    }

    static UpdateManifest updateManifest() {
        return new UpdateManifest(
                "main",
                ID,
                6,
                LAYOUT.digest(),
                819_200,
                100,
                99.5,
                0.0625,
                4.125,
                Codec.BF16,
                List.of(new ChunkRange(0, 3, 1)),
                ChunkDigest.of(CRCS),
                NORM);
    }

    static UpdateChunk updateChunk() {
        return new UpdateChunk("main", ID, 0, Codec.BF16, 2, CRCS[0], 0.3125, FIRST);
    }

    static RoundPlan roundPlan() {
        return new RoundPlan(
                "main",
                7,
                6,
                LAYOUT.digest(),
                "mean",
                "extend",
                "nesterov(lr=0.7, momentum=0.9)",
                Codec.BF16,
                List.of(
                        new SiloAssignment("acme-eu", 0.75, 100),
                        new SiloAssignment("borealis", 0.25, 10)),
                new LocalTraining(
                        LocalSolver.ADAMW,
                        6e-4,
                        6e-5,
                        100,
                        10_000,
                        0,
                        0.9,
                        0.95,
                        1e-8,
                        0.1,
                        1,
                        true,
                        8,
                        256),
                600,
                -40,
                1,
                5_000,
                500,
                3.5,
                60_000,
                0,
                0.5,
                1,
                -1);
    }

    private static ModelVersion modelVersion() {
        return new ModelVersion(
                "main",
                7,
                6,
                "{\"model_type\":\"gpt2\"}",
                "bytes",
                LAYOUT,
                Codec.BF16,
                new int[] {7, 7, 6},
                CRCS,
                ChunkDigest.of(CRCS),
                5,
                1,
                1_749_999_900_000L,
                700,
                "mean",
                "nesterov(lr=0.7, momentum=0.9)",
                List.of(
                        new CohortMember(
                                "acme-eu", "", 1, 1, 0, 1, 99.5, 100, 819_200, NORM, 4.125)),
                List.of(new Measurement("update-norm", NORM)));
    }

    private static byte[] payload(Codec codec, float... values) {
        return TensorCodec.encode(codec, FloatBuffer.wrap(values));
    }
}
