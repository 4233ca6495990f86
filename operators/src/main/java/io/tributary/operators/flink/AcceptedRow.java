package io.tributary.operators.flink;

import io.tributary.operators.round.AcceptedUpdate;
import io.tributary.operators.rule.Contribution;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.UpdateId;

/**
 * An accepted or expected update, as far as the owner of a chunk needs to know it.
 *
 * @param silo silo id
 * @param id the upload whose row counts
 * @param contribution weight and normalizer
 * @param rule rule of the round
 * @param foldQuantumExponent grid of the folding rules
 * @param sum whether the row is a relay's sum, weighed already
 * @param folded whether its row has been added to the running sum
 * @param expected whether it is not whole yet, and may have to be taken out again
 */
public record AcceptedRow(
        String silo,
        UpdateId id,
        Contribution contribution,
        String rule,
        int foldQuantumExponent,
        boolean sum,
        boolean folded,
        boolean expected) {

    static AcceptedRow of(RoundPlan plan, AcceptedUpdate accepted) {
        return of(plan, accepted, false);
    }

    static AcceptedRow expected(RoundPlan plan, AcceptedUpdate announced) {
        return of(plan, announced, true);
    }

    private static AcceptedRow of(RoundPlan plan, AcceptedUpdate accepted, boolean expected) {
        var update = accepted.update();
        return new AcceptedRow(
                update.silo(),
                update.id(),
                new Contribution(accepted.weight(), update.normalizer()),
                plan.rule(),
                plan.foldQuantumExponent(),
                update.isRelayed(),
                false,
                expected);
    }

    RowKey key() {
        return new RowKey(silo, id);
    }

    AcceptedRow asFolded() {
        return new AcceptedRow(
                silo, id, contribution, rule, foldQuantumExponent, sum, true, expected);
    }
}
