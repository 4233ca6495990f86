package io.tributary.operators.flink;

import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.rule.Contribution;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import java.util.ArrayList;
import java.util.List;

/** Plans of the {@link SmallFederation}, and what they make of uploads at the chunks' owners. */
final class Rounds {

    private Rounds() {}

    /** A round for silos a, b and c with equal weights. */
    static RoundPlan plan(int round, String rule, String serverOptimizer) {
        var federation = SmallFederation.federation(rule, serverOptimizer);
        var silos = new ArrayList<SiloAssignment>();
        for (var silo : List.of("silo-a", "silo-b", "silo-c")) {
            silos.add(new SiloAssignment(silo, 1.0 / 3, 10));
        }
        return new RoundPlan(
                SmallFederation.MODEL,
                round,
                round - 1,
                SmallFederation.LAYOUT.digest(),
                rule,
                serverOptimizer,
                Codec.F32,
                silos,
                federation.training(),
                10L * (round - 1),
                federation.foldQuantumExponent(),
                2,
                SmallFederation.GRACE_MILLIS,
                SmallFederation.DEADLINE_MILLIS,
                1);
    }

    static ChunkKey key(int chunk) {
        return ChunkKey.of(SmallFederation.MODEL, chunk);
    }

    static ChunkRow row(Upload upload, int chunk) {
        return new ChunkRow(key(chunk), upload.silo(), upload.chunk(chunk));
    }

    static ChunkCommand seed(int version, int chunk, int part) {
        return ChunkCommand.seed(key(chunk), SmallFederation.published(version, chunk, part));
    }

    static AcceptedRow accepted(Upload upload, double weight, String rule) {
        return new AcceptedRow(
                upload.silo(),
                upload.id(),
                new Contribution(weight, upload.normalizer()),
                rule,
                SmallFederation.FOLD_QUANTUM_EXPONENT,
                false);
    }
}
