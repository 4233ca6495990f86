package io.tributary.operators.round;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the round policy remembers about one model line. A round is open, or a version is on
 * its way, or silos are being waited for; never two of them.
 *
 * @param version newest version that exists
 * @param clock learning-rate clock after it, in local steps
 * @param layoutDigest digest of the model's layout
 * @param open the open round; null between rounds
 * @param publication the version on its way; null otherwise
 * @param silos every silo seen, in silo-id order
 */
public record CoordinatorState(
        int version,
        long clock,
        String layoutDigest,
        @Nullable OpenRound open,
        @Nullable Publication publication,
        List<SiloStanding> silos) {

    CoordinatorState withOpen(@Nullable OpenRound next) {
        return new CoordinatorState(version, clock, layoutDigest, next, publication, silos);
    }

    CoordinatorState withPublication(@Nullable Publication next) {
        return new CoordinatorState(version, clock, layoutDigest, open, next, silos);
    }

    CoordinatorState withVersion(int newVersion, long newClock) {
        return new CoordinatorState(newVersion, newClock, layoutDigest, open, publication, silos);
    }

    CoordinatorState withSilos(List<SiloStanding> next) {
        return new CoordinatorState(version, clock, layoutDigest, open, publication, next);
    }
}
