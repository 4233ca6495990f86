package io.tributary.cli.watch;

import io.tributary.operators.privacy.PrivacyLedger;
import io.tributary.schemas.model.CohortMember;
import io.tributary.silo.Evaluation;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * A version, and what the silos made of it.
 *
 * @param version version number
 * @param baseVersion version it was made from, or that it is again
 * @param appendMillis when the broker first appended its manifest, epoch milliseconds
 * @param digest hex SHA-256 that identifies its parameters
 * @param cohort whose updates it contains, in silo-id order
 * @param measurements what the job has measured in making it, by name
 * @param evaluations what it was measured at by each silo that has reported, in silo-id order
 * @param fullyEvaluated whether everybody who was to take part in its round has reported
 */
public record VersionSnapshot(
        int version,
        int baseVersion,
        long appendMillis,
        String digest,
        List<CohortMember> cohort,
        SortedMap<String, Double> measurements,
        NavigableMap<String, Evaluation> evaluations,
        boolean fullyEvaluated) {

    /** The measurement over the documents of all silos that have reported; empty if none has. */
    public Optional<Evaluation> global() {
        return evaluations.values().stream().reduce(Evaluation::plus);
    }

    /** What this and all earlier versions have revealed of a silo at most, if anybody counts. */
    public OptionalDouble epsilon() {
        var epsilon = measurements.get(PrivacyLedger.EPSILON);
        return epsilon == null ? OptionalDouble.empty() : OptionalDouble.of(epsilon);
    }

    /** Whether it is an earlier version under a new number. */
    public boolean isRollBack() {
        return version > 0 && cohort.isEmpty();
    }

    /** Late updates in it: those that were trained for an earlier round. */
    public List<CohortMember> folded() {
        return cohort.stream().filter(m -> m.round() > 0 && m.round() < version).toList();
    }

    public Optional<CohortMember> member(String silo) {
        return cohort.stream().filter(m -> m.silo().equals(silo)).findFirst();
    }
}
