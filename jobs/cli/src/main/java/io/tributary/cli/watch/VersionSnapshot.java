package io.tributary.cli.watch;

import io.tributary.operators.privacy.PrivacyLedger;
import io.tributary.operators.round.RoundPolicy;
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
 * @param publishedBytes payload of the chunks that were published with it
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
        long publishedBytes,
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

    /** L2 norm of its combined delta; empty if the job has not measured it. */
    public OptionalDouble combinedNorm() {
        var norm = measurements.get(RoundPolicy.COMBINED_DELTA_NORM);
        return norm == null || !Double.isFinite(norm)
                ? OptionalDouble.empty()
                : OptionalDouble.of(norm);
    }

    /**
     * How far its cohort agreed: the norm of the combined delta over the weighted mean of the
     * members' norms. 1 if all deltas pointed the same way; of n that are orthogonal and as long as
     * each other 1 over the square root of n. Empty if that cannot be told.
     */
    public OptionalDouble consensus() {
        double norms = weightedNorms();
        var combined = combinedNorm();
        return combined.isEmpty() || !(norms > 0) || Double.isInfinite(norms)
                ? OptionalDouble.empty()
                : OptionalDouble.of(combined.getAsDouble() / norms);
    }

    /** A member's part in the step: weight times norm, over the sum of these; 0 if that is 0. */
    public double contribution(CohortMember member) {
        double norms = weightedNorms();
        return norms > 0 ? member.weight() * member.norm() / norms : 0;
    }

    private double weightedNorms() {
        return cohort.stream().mapToDouble(m -> m.weight() * m.norm()).sum();
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
