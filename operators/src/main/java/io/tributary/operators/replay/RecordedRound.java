package io.tributary.operators.replay;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.round.Pace;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.UpdateId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the log says of a round that has made a version: enough to make it once more.
 *
 * @param plan the round's plan
 * @param earlier plans of the rounds before it that updates of its cohort were trained for
 * @param base manifest of the version before it
 * @param version manifest of the version it made
 * @param uploads which upload of each silo of the cohort, in silo-id order
 */
public record RecordedRound(
        RoundPlan plan,
        List<RoundPlan> earlier,
        ModelVersion base,
        ModelVersion version,
        List<UpdateId> uploads) {

    /**
     * @throws IllegalArgumentException if these are not of one round
     */
    public RecordedRound {
        uploads = List.copyOf(uploads);
        earlier = List.copyOf(earlier);
        checkArgument(
                plan.round() == version.version() && version.baseVersion() == base.version(),
                "version %s was made from version %s; got the plan of round %s and version %s",
                version.version(),
                version.baseVersion(),
                plan.round(),
                base.version());
        checkArgument(
                version.layout().equals(base.layout()),
                "version %s has another layout than version %s, which it was made from",
                version.version(),
                base.version());
        checkArgument(
                uploads.size() == version.cohort().size(),
                "version %s has a cohort of %s silos, got uploads of %s",
                version.version(),
                version.cohort().size(),
                uploads.size());
        for (var member : version.cohort()) {
            checkArgument(
                    planOf(plan, earlier, member).isPresent(),
                    "silo %s is in version %s and not in the plan of round %s on the log, which is"
                            + " another plan than the one that was closed",
                    member.silo(),
                    version.version(),
                    member.round());
        }
    }

    private static Optional<RoundPlan> planOf(
            RoundPlan plan, List<RoundPlan> earlier, CohortMember member) {
        return Stream.concat(Stream.of(plan), earlier.stream())
                .filter(p -> p.round() == member.round())
                .filter(p -> p.assignment(member.silo()).isPresent())
                .findFirst();
    }

    /** The weight with which the coordinator took a silo's update. */
    double weight(CohortMember member) {
        var trainedFor = planOf(plan, earlier, member).orElseThrow();
        return trainedFor.assignment(member.silo()).orElseThrow().weight()
                * Pace.discount(plan.round() - member.round(), plan.stalenessExponent());
    }
}
