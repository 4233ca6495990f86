package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a relay is about to send of a region's closed round.
 *
 * @param manifest without what only the pieces can tell: digest and norm
 * @param foldQuantumExponent grid of the region's sum
 * @param finish what the sum is multiplied by if it is not sent as it is
 */
public record RelayDraft(UpdateManifest manifest, int foldQuantumExponent, double finish) {

    /**
     * The sum with its members, for a parent that folds. For another, the region's combined delta
     * as that of one silo that took all of the region's steps: with FedNova as {@code tau_eff *
     * sum_i p_i delta_i / normalizer_i} of normalizer {@code tau_eff}, so that per unit of work it
     * is the mean of its members.
     *
     * @param relay the relay's silo id in the parent federation
     * @param plan the region's
     * @param sum whether the parent takes a sum
     * @param chunks of the model
     */
    public static RelayDraft of(
            String relay,
            RoundPlan plan,
            List<AcceptedUpdate> cohort,
            UpdateId id,
            boolean sum,
            int chunks) {
        var members = Cohorts.members(cohort);
        var manifest =
                new UpdateManifest(
                        plan.model(),
                        id,
                        plan.baseVersion(),
                        plan.layoutDigest(),
                        members.stream().mapToLong(CohortMember::tokens).sum(),
                        members.stream().mapToInt(CohortMember::localSteps).max().orElse(1),
                        mean(members, CohortMember::normalizer),
                        0,
                        mean(members, CohortMember::trainLoss),
                        sum ? Codec.F64 : plan.codec(),
                        List.of(new ChunkRange(0, chunks, 1)),
                        "",
                        0,
                        sum ? Cohorts.through(relay, members) : List.of());
        double finish =
                AggregationRule.parse(plan.rule())
                        .folding()
                        .orElseThrow()
                        .finish(Cohorts.contributions(members));
        return new RelayDraft(manifest, plan.foldQuantumExponent(), finish);
    }

    /** The same under another attempt. */
    public RelayDraft again(int attempt) {
        var id = new UpdateId(manifest.id().round(), attempt, manifest.id().nonce());
        return new RelayDraft(manifest.withId(id), foldQuantumExponent, finish);
    }

    private static double mean(List<CohortMember> members, ToDoubleFunction<CohortMember> figure) {
        double weights = 0;
        double sum = 0;
        for (var member : members) {
            weights += member.weight();
            sum += member.weight() * figure.applyAsDouble(member);
        }
        return sum / weights;
    }
}
