package io.tributary.operators.round;

import io.tributary.operators.rule.Contribution;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.model.CohortMember;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who is in a round: every silo whose delta was taken, directly or in a relay's sum, in silo-id
 * order. With one level or two, the same silos give the same list, and so the same bits of
 * everything that is computed from it.
 */
public final class Cohorts {

    private Cohorts() {}

    /** The members, with their weights in the plan, discounted if they came late. */
    public static List<CohortMember> members(List<AcceptedUpdate> accepted) {
        var members = new ArrayList<CohortMember>();
        for (var one : accepted) {
            var update = one.update();
            if (update.isRelayed()) {
                update.members().forEach(m -> members.add(with(m, update.silo(), m.weight())));
            } else {
                members.add(member(update, one.weight()));
            }
        }
        members.sort(Comparator.comparing(CohortMember::silo));
        return List.copyOf(members);
    }

    /** The same members, as a relay names them. */
    static List<CohortMember> through(String relay, List<CohortMember> members) {
        return members.stream().map(m -> with(m, relay, m.weight())).toList();
    }

    /** The same members with weights that sum to 1. */
    public static List<CohortMember> scaled(List<CohortMember> members) {
        double total = 0;
        for (var member : members) {
            total += member.weight();
        }
        double sum = total;
        return members.stream().map(m -> with(m, m.relay(), m.weight() / sum)).toList();
    }

    /** What a folding rule knows of them. */
    public static List<Contribution> contributions(List<CohortMember> members) {
        return members.stream().map(m -> new Contribution(m.weight(), m.normalizer())).toList();
    }

    private static CohortMember member(CompleteUpdate update, double weight) {
        return new CohortMember(
                update.silo(),
                "",
                update.id().round(),
                update.id().attempt(),
                update.baseVersion(),
                weight,
                update.normalizer(),
                update.localSteps(),
                update.tokens(),
                update.norm(),
                update.trainLoss());
    }

    private static CohortMember with(CohortMember member, String relay, double weight) {
        return new CohortMember(
                member.silo(),
                relay,
                member.round(),
                member.attempt(),
                member.baseVersion(),
                weight,
                member.normalizer(),
                member.localSteps(),
                member.tokens(),
                member.norm(),
                member.trainLoss());
    }
}
