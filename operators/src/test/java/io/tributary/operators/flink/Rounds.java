package io.tributary.operators.flink;

import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.round.RoundWeighing;
import io.tributary.operators.round.WeighingOrder;
import io.tributary.operators.rule.Contribution;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
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
                "extend",
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

    /** What the coordinator makes of a cohort whose rule needs no inner products. */
    static RoundWeights weights(int round, String rule, List<AcceptedRow> cohort) {
        return new RoundWeighing(null).weigh(order(round, rule, cohort));
    }

    static WeighingOrder order(int round, String rule, List<AcceptedRow> cohort) {
        return new WeighingOrder(
                SmallFederation.MODEL,
                round,
                rule,
                "extend",
                cohort.size(),
                cohort.stream()
                        .map(
                                row ->
                                        new CohortMember(
                                                row.silo(),
                                                row.id().attempt(),
                                                row.contribution().weight(),
                                                row.contribution().normalizer(),
                                                10,
                                                1,
                                                1,
                                                1))
                        .toList(),
                cohort.stream().map(AcceptedRow::id).toList(),
                List.of());
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
