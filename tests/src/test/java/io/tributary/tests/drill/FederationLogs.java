package io.tributary.tests.drill;

import io.tributary.operators.kernel.EncodedRows;
import io.tributary.operators.replay.ModelState;
import io.tributary.operators.replay.RecordedRound;
import io.tributary.operators.replay.RoundReplay;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.tests.drill.FederationLog.Malformed;
import io.tributary.tests.drill.FederationLog.Row;
import io.tributary.tests.drill.FederationLog.StoredChunk;
import io.tributary.tests.drill.FederationLog.Upload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Logs of a federation without a flaw, made in memory: three silos, two rounds. Tests take
 * something away, add something or change something, and ask the checker.
 */
final class FederationLogs {

    static final long SEED = 5;
    static final DrillModel MODEL = new DrillModel(SEED, 100, 16);
    static final DrillDeltas DELTAS = new DrillDeltas(SEED, Attacker.NONE);
    static final int ROUNDS = 2;

    private static final List<String> SILOS = List.of("ash", "birch", "cedar");
    private static final String RULE = "fednova";
    private static final String OPTIMIZER = "nesterov(lr=0.7, momentum=0.9)";

    final List<ModelVersion> manifests = new ArrayList<>();
    final List<StoredChunk> chunks = new ArrayList<>();
    final List<RoundPlan> plans = new ArrayList<>();
    final List<RejectedUpdate> rejected = new ArrayList<>();
    final List<Upload> uploads = new ArrayList<>();
    final List<Row> rows = new ArrayList<>();
    final List<Malformed> malformed = new ArrayList<>();

    private FederationLogs() {}

    FederationLog log() {
        return new FederationLog(manifests, chunks, plans, rejected, uploads, rows, malformed);
    }

    static FederationLogs flawless() {
        var logs = new FederationLogs();
        var genesis = MODEL.genesis();
        logs.publish(0, genesis, List.of());
        var state = new ModelState(MODEL.genesis(), List.of(), null);
        for (int round = 1; round <= ROUNDS; round++) {
            state = logs.round(round, state);
        }
        return logs;
    }

    private ModelState round(int round, ModelState state) {
        var plan = plan(round);
        plans.add(plan);
        var base = ParameterBuffer.allocate(MODEL.layout());
        base.copyFrom(state.parameters());
        var ids = new ArrayList<UpdateId>();
        for (var silo : SILOS) {
            ids.add(upload(plan, silo, 1, 7L * round, base));
        }
        var draft = version(round, new int[MODEL.layout().chunkCount()], cohort(plan));
        var before = manifests.get(manifests.size() - 1);
        var recorded = new RecordedRound(plan, List.of(), before, draft, ids);
        var replay = RoundReplay.asPublished(recorded, state, null);
        for (int chunk = 0; chunk < MODEL.layout().chunkCount(); chunk++) {
            var encoded = new ArrayList<EncodedRows.Row>();
            for (var silo : SILOS) {
                encoded.add(
                        new EncodedRows.Row(Codec.F32, DELTAS.payload(plan, silo, chunk, base)));
            }
            var made =
                    replay.make(
                            chunk,
                            new EncodedRows(
                                    encoded, MODEL.layout().chunks().get(chunk).elements()));
            if (made.chunk() != chunk) {
                throw new IllegalStateException("another chunk was made");
            }
        }
        publish(round, replay.after().parameters(), cohort(plan));
        return replay.after();
    }

    /** Adds an update that can be read. */
    UpdateId upload(RoundPlan plan, String silo, int attempt, long nonce, ParameterBuffer base) {
        var id = new UpdateId(plan.round(), attempt, nonce);
        var crcs = new int[MODEL.layout().chunkCount()];
        for (int chunk = 0; chunk < crcs.length; chunk++) {
            crcs[chunk] = Crc32c.of(DELTAS.payload(plan, silo, chunk, base));
            rows.add(new Row(silo, id, chunk, crcs[chunk]));
        }
        uploads.add(
                new Upload(
                        silo,
                        1,
                        100L * uploads.size(),
                        new UpdateManifest(
                                plan.model(),
                                id,
                                plan.baseVersion(),
                                plan.layoutDigest(),
                                1,
                                4,
                                DELTAS.normalizer(plan, silo),
                                1,
                                1,
                                Codec.F32,
                                List.of(new ChunkRange(0, crcs.length, 1)),
                                ChunkDigest.of(crcs),
                                1)));
        return id;
    }

    /** Says why an update is in no version. */
    void reject(Upload upload, RejectionReason reason) {
        var id = upload.manifest().id();
        rejected.add(
                new RejectedUpdate(
                        upload.silo(),
                        upload.partition(),
                        upload.offset(),
                        DrillModel.NAME,
                        id.round(),
                        id.attempt(),
                        -1,
                        reason,
                        "for a test",
                        0));
    }

    private void publish(int number, ParameterBuffer parameters, List<CohortMember> cohort) {
        var crcs = new int[MODEL.layout().chunkCount()];
        for (int chunk = 0; chunk < crcs.length; chunk++) {
            var payload = TensorCodec.encode(Codec.F32, parameters.chunk(chunk));
            crcs[chunk] = Crc32c.of(payload);
            chunks.add(new StoredChunk(number, chunk, 0, Codec.F32, payload.length, crcs[chunk]));
        }
        manifests.add(version(number, crcs, cohort));
    }

    static ModelVersion version(int number, int[] crcs, List<CohortMember> cohort) {
        var chunkVersions = new int[crcs.length];
        Arrays.fill(chunkVersions, number);
        return new ModelVersion(
                DrillModel.NAME,
                number,
                number - 1,
                "{}",
                "bytes",
                MODEL.layout(),
                Codec.F32,
                chunkVersions,
                crcs,
                ChunkDigest.of(crcs),
                number,
                number == 0 ? 0 : 1,
                0,
                4L * number,
                number == 0 ? "" : RULE,
                number == 0 ? "" : OPTIMIZER,
                cohort,
                number == 0
                        ? List.of()
                        : List.of(new Measurement(RoundPolicy.OPTIMIZER_STEPS, number)));
    }

    private static List<CohortMember> cohort(RoundPlan plan) {
        return SILOS.stream()
                .map(
                        silo ->
                                new CohortMember(
                                        silo,
                                        "",
                                        plan.round(),
                                        1,
                                        plan.baseVersion(),
                                        1.0 / SILOS.size(),
                                        DELTAS.normalizer(plan, silo),
                                        4,
                                        1,
                                        1,
                                        1))
                .toList();
    }

    private static RoundPlan plan(int round) {
        return plan(round, SEED);
    }

    static RoundPlan plan(int round, long seed) {
        return new RoundPlan(
                DrillModel.NAME,
                round,
                round - 1,
                MODEL.layout().digest(),
                RULE,
                "extend",
                OPTIMIZER,
                Codec.F32,
                SILOS.stream().map(s -> new SiloAssignment(s, 1.0 / SILOS.size(), 4)).toList(),
                new LocalTraining(
                        LocalSolver.SGD, 1e-3, 1e-4, 0, 0, 0, 0.9, 0.95, 1e-8, 0, 1, false, 1, 1),
                4L * (round - 1),
                -40,
                2,
                1,
                0,
                0,
                1,
                0,
                0,
                1,
                seed);
    }
}
