package io.tributary.operators.round;

import io.tributary.operators.rule.Cohort;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.update.UpdateId;
import java.util.List;

/**
 * A closed round whose rule is to be applied: all that is known of it without its tensors.
 *
 * @param model name of the model line
 * @param round round number
 * @param rule the rule to apply
 * @param fallback what the plan says for a rule that has no answer
 * @param planned silos the round was planned for
 * @param cohort in silo-id order, with weights that sum to 1
 * @param uploads which upload of each
 * @param measurements what the rule handed on after the last round
 */
public record WeighingOrder(
        String model,
        int round,
        String rule,
        String fallback,
        int planned,
        List<CohortMember> cohort,
        List<UpdateId> uploads,
        List<Measurement> measurements) {

    List<String> silos() {
        return cohort.stream().map(CohortMember::silo).toList();
    }

    Cohort members() {
        return new Cohort(
                silos(),
                cohort.stream().mapToDouble(CohortMember::weight).toArray(),
                cohort.stream().mapToDouble(CohortMember::normalizer).toArray(),
                cohort.stream().mapToDouble(CohortMember::trainLoss).toArray());
    }

    double[] squaredNorms() {
        return cohort.stream().mapToDouble(m -> m.norm() * m.norm()).toArray();
    }
}
