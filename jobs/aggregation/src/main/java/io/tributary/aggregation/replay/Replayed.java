package io.tributary.aggregation.replay;

import io.tributary.schemas.model.ModelVersion;
import java.util.List;

/**
 * A published version that was derived again.
 *
 * @param version its manifest
 * @param start version whose published parameters, moments and centre it was derived from
 * @param rounds every round from there on; the last one is that of the version
 */
public record Replayed(ModelVersion version, int start, List<ReplayedRound> rounds) {

    public Replayed {
        rounds = List.copyOf(rounds);
    }

    /** Whether every version on the way is the same to the last bit. */
    public boolean isSame() {
        return rounds.stream().allMatch(ReplayedRound::isSame);
    }
}
