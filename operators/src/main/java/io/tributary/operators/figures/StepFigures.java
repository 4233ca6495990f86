package io.tributary.operators.figures;

import io.tributary.operators.round.RoundPolicy;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelVersion;
import java.util.Optional;

/**
 * The step by which a version was made of updates.
 *
 * @param version the version
 * @param cohort silos whose updates it contains
 * @param late how many of these updates were trained for an earlier round
 * @param combinedDeltaNorm L2 norm of the combined delta
 * @param consensus see {@link Consensus}
 * @param readableSeconds from the broker's append of the last update's last chunk until the job
 *     could read the version whole
 */
public record StepFigures(
        int version,
        int cohort,
        int late,
        double combinedDeltaNorm,
        double consensus,
        double readableSeconds) {

    /**
     * @param readableMillis when the version was read back whole, epoch milliseconds
     * @return empty for a version that was given and not made, and for one that does not tell its
     *     norm
     */
    static Optional<StepFigures> of(ModelVersion manifest, long readableMillis) {
        var cohort = manifest.cohort();
        var norm =
                manifest.measurements().stream()
                        .filter(m -> m.name().equals(RoundPolicy.COMBINED_DELTA_NORM))
                        .map(Measurement::value)
                        .findFirst();
        if (cohort.isEmpty() || norm.isEmpty()) {
            return Optional.empty();
        }
        long late = cohort.stream().filter(m -> m.round() < manifest.version()).count();
        return Optional.of(
                new StepFigures(
                        manifest.version(),
                        cohort.size(),
                        (int) late,
                        norm.get(),
                        Consensus.of(norm.get(), cohort),
                        (readableMillis - manifest.chunksSinceMillis()) / 1e3));
    }
}
