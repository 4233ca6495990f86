package io.tributary.operators.flink;

import io.tributary.operators.round.AcceptedUpdate;
import io.tributary.operators.rule.Contribution;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.UpdateId;

/**
 * An accepted update, as far as the owner of a chunk needs to know it.
 *
 * @param silo silo id
 * @param id the upload whose row counts
 * @param contribution weight and normalizer
 * @param rule rule of the round
 * @param foldQuantumExponent grid of the folding rules
 * @param sum whether the row is a relay's sum, weighed already
 * @param folded whether its row has been added to the running sum
 */
public record AcceptedRow(
        String silo,
        UpdateId id,
        Contribution contribution,
        String rule,
        int foldQuantumExponent,
        boolean sum,
        boolean folded) {

    static AcceptedRow of(RoundPlan plan, AcceptedUpdate accepted) {
        var update = accepted.update();
        return new AcceptedRow(
                update.silo(),
                update.id(),
                new Contribution(accepted.weight(), update.normalizer()),
                plan.rule(),
                plan.foldQuantumExponent(),
                update.isRelayed(),
                false);
    }

    RowKey key() {
        return new RowKey(silo, id);
    }

    AcceptedRow asFolded() {
        return new AcceptedRow(silo, id, contribution, rule, foldQuantumExponent, sum, true);
    }
}
