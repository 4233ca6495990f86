package io.tributary.operators.flink;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.Upload;
import io.tributary.operators.round.RoundWeighing;
import io.tributary.operators.round.WeighingOrder;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Contribution;
import io.tributary.operators.rule.Gram;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.round.SiloAssignment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
                0,
                0,
                SmallFederation.DEADLINE_MILLIS,
                0,
                0.5,
                1,
                1);
    }

    static ChunkKey key(int chunk) {
        return ChunkKey.of(SmallFederation.MODEL, chunk);
    }

    static ChunkRow row(Upload upload, int chunk) {
        float largest = 0;
        for (float value : upload.values().get(chunk)) {
            largest = Math.max(largest, Math.abs(value));
        }
        return new ChunkRow(
                key(chunk),
                upload.silo(),
                upload.chunk(chunk),
                1 + chunk % Upload.PARTITIONS,
                100L * upload.id().attempt() + chunk,
                largest);
    }

    static ChunkCommand seed(int version, int chunk, int part) {
        return ChunkCommand.seed(key(chunk), SmallFederation.published(version, chunk, part));
    }

    static ChunkCommand accept(Upload upload, double weight, String rule, int chunk) {
        return about(ChunkCommand.Kind.ACCEPT, upload, weight, rule, chunk);
    }

    /** A decision about the row of an upload. */
    static ChunkCommand about(
            ChunkCommand.Kind kind, Upload upload, double weight, String rule, int chunk) {
        var row = accepted(upload, weight, rule);
        return new ChunkCommand(
                key(chunk),
                kind,
                upload.id().round(),
                rule,
                "sgd(lr=1)",
                0,
                SmallFederation.FOLD_QUANTUM_EXPONENT,
                1,
                List.of(
                        kind == ChunkCommand.Kind.ACCEPT
                                ? row
                                : Altered.copy(row, "expected", true)),
                null,
                false,
                Codec.F32,
                null);
    }

    /** A close of a round whose version is published in f32. */
    static ChunkCommand close(
            String rule,
            String optimizer,
            int chunk,
            int round,
            boolean snapshot,
            List<AcceptedRow> cohort) {
        return close(rule, optimizer, chunk, round, snapshot, Codec.F32, cohort);
    }

    /** A close with the weights that the coordinator knows by then. */
    static ChunkCommand close(
            String rule,
            String optimizer,
            int chunk,
            int round,
            boolean snapshot,
            Codec codec,
            List<AcceptedRow> cohort) {
        boolean folded = AggregationRule.parse(rule).folding().isPresent();
        var weights = folded ? null : new RoundWeighing(null).weigh(order(round, rule, cohort));
        return new ChunkCommand(
                key(chunk),
                ChunkCommand.Kind.CLOSE,
                round,
                rule,
                optimizer,
                round,
                SmallFederation.FOLD_QUANTUM_EXPONENT,
                finish(rule, cohort),
                cohort,
                weights == null ? null : weights.orElse(null),
                snapshot,
                codec,
                null);
    }

    static VersionDraft draft(int version, boolean snapshot, String optimizer, Codec codec) {
        return new VersionDraft(
                SmallFederation.MODEL,
                version,
                version - 1,
                10L * version,
                5,
                snapshot,
                codec,
                "mean",
                optimizer,
                List.of(),
                List.of());
    }

    /** To publish a version that was made by plain averaging once more, in f32. */
    static ChunkCommand republish(int chunk, int version, boolean snapshot) {
        return ChunkCommand.republish(key(chunk), draft(version, snapshot, "sgd(lr=1)", Codec.F32));
    }

    private static double finish(String rule, List<AcceptedRow> cohort) {
        var contributions = cohort.stream().map(AcceptedRow::contribution).toList();
        return AggregationRule.parse(rule)
                .folding()
                .map(folding -> folding.finish(contributions))
                .orElse(1.0);
    }

    /** What the rule makes of the chunks' inner products. */
    static RoundWeights weights(WeighingOrder order, List<ChunkProducts> parts) {
        var packed = new double[parts.get(0).packed().length];
        parts.stream()
                .sorted(Comparator.comparingInt(ChunkProducts::chunk))
                .forEach(part -> Arrays.setAll(packed, k -> packed[k] + part.packed()[k]));
        int rows = AggregationRule.parse(order.rule()).rowsToCombine(order.cohort().size());
        return new RoundWeighing(null).weigh(order, Gram.ofPacked(rows, packed));
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
                                                "",
                                                1,
                                                row.id().attempt(),
                                                0,
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
                false,
                false,
                false);
    }
}
