package io.tributary.operators.round;

import io.tributary.schemas.model.Measurement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the round policy remembers about one model line. A round is open, or a version is on
 * its way, or silos are being waited for; never two of them.
 *
 * @param version newest version that exists
 * @param clock learning-rate clock after it, in local steps
 * @param layoutDigest digest of the model's layout
 * @param optimizer name of the server optimizer that has taken the last step; empty before the
 *     first
 * @param optimizerSteps steps that these moments have taken
 * @param measurements what the rule handed on after the last round, by name
 * @param open the open round; null between rounds
 * @param publication the version on its way; null otherwise
 * @param silos every silo seen, in silo-id order
 */
public record CoordinatorState(
        int version,
        long clock,
        String layoutDigest,
        List<String> moments,
        long optimizerSteps,
        List<Measurement> measurements,
        @Nullable OpenRound open,
        @Nullable Publication publication,
        List<SiloStanding> silos) {

    CoordinatorState withOpen(@Nullable OpenRound next) {
        return copy(version, clock, next, publication, silos);
    }

    CoordinatorState withPublication(@Nullable Publication next) {
        return copy(version, clock, open, next, silos);
    }

    CoordinatorState withVersion(int newVersion, long newClock) {
        return copy(newVersion, newClock, open, publication, silos);
    }

    CoordinatorState withSilos(List<SiloStanding> next) {
        return copy(version, clock, open, publication, next);
    }

    /** A server optimizer takes a step: its first, unless the moments it keeps are there. */
    CoordinatorState withStepOf(List<String> momentNames) {
        long steps = momentNames.equals(moments) ? optimizerSteps + 1 : 1;
        return new CoordinatorState(
                version,
                clock,
                layoutDigest,
                momentNames,
                steps,
                measurements,
                open,
                publication,
                silos);
    }

    /** What a rule hands on to the next round. */
    public CoordinatorState withMeasurements(List<Measurement> next) {
        return new CoordinatorState(
                version,
                clock,
                layoutDigest,
                moments,
                optimizerSteps,
                next,
                open,
                publication,
                silos);
    }

    private CoordinatorState copy(
            int newVersion,
            long newClock,
            @Nullable OpenRound newOpen,
            @Nullable Publication newPublication,
            List<SiloStanding> newSilos) {
        return new CoordinatorState(
                newVersion,
                newClock,
                layoutDigest,
                moments,
                optimizerSteps,
                measurements,
                newOpen,
                newPublication,
                newSilos);
    }
}
